import { ApprovalProvider } from '../features/staff/approval-provider.tsx';
import { StaffedApp } from '../staffed/staffed-app.tsx';
import { SaleScreen } from './sale-screen.tsx';

export function CashierApp() {
  return (
    <StaffedApp>
      {(info, member) => (
        // Another cashier begins with nothing that was asked for the one before.
        <ApprovalProvider key={member.id}>
          <SaleScreen info={info} member={member} />
        </ApprovalProvider>
      )}
    </StaffedApp>
  );
}
