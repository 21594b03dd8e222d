/** The addresses of a manager's screens: those of the seed, under `/manager` at a device and at the root of a server. */
import { createBrowserRouter, Navigate } from 'react-router';
import { PartnerPage, SyncRoute } from './device-pages.tsx';
import { ListPage } from './list-page.tsx';
import { ResumePage, WizardPage } from './wizard-page.tsx';

const CLIENTS = [
  { path: '/clients', Component: ListPage },
  { path: '/clients/:id', Component: ResumePage },
  { path: '/clients/:id/step/:place', Component: WizardPage },
];
const ELSEWHERE = { path: '*', element: <Navigate to="/clients" replace /> };

export const createDeviceRouter = () =>
  createBrowserRouter(
    [...CLIENTS, { path: '/partner', Component: PartnerPage }, { path: '/sync', Component: SyncRoute }, ELSEWHERE],
    { basename: '/manager' },
  );

export const createServerRouter = () => createBrowserRouter([...CLIENTS, ELSEWHERE]);
