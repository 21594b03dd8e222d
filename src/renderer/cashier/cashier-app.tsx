import { StaffedApp } from '../staffed/staffed-app.tsx';
import { SaleScreen } from './sale-screen.tsx';

export function CashierApp() {
  return <StaffedApp>{(info, member) => <SaleScreen info={info} member={member} />}</StaffedApp>;
}
