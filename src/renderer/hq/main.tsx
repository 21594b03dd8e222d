import { boot } from '../app/boot.tsx';
import { HqApp } from './hq-app.tsx';

void boot({ areas: ['common', 'errors', 'receipt', 'hq'], withDevice: false, children: <HqApp /> });
