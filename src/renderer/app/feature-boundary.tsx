/** One broken feature does not take the screen with it, and the device's log learns of it. */
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { ErrorState } from '../ui/error-state.tsx';
import { useDeviceClientIfAny } from './rpc.tsx';

interface Props {
  /** Which feature, as the log should name it. */
  readonly name: string;
  readonly children: ReactNode;
  /** What to show instead; by default a sentence and a button that tries again. */
  readonly fallback?: (retry: () => void) => ReactNode;
  readonly onFault?: (error: unknown, stack: string) => void;
}

// React has error boundaries for classes only.
export class Boundary extends Component<Props, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo) {
    this.props.onFault?.(error, info.componentStack ?? '');
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    const retry = () => this.setState({ error: undefined });
    return this.props.fallback?.(retry) ?? <ErrorState error={this.state.error} onRetry={retry} />;
  }
}

/** A boundary that reports to the device core. */
export function FeatureBoundary(props: Omit<Props, 'onFault'>) {
  const client = useDeviceClientIfAny();
  const report = (error: unknown, stack: string) => {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    // Failing to report a fault must not become a second one.
    client?.device
      .reportFault({ message: message.slice(0, 500), where: props.name.slice(0, 200), stack: stack.slice(0, 4000) })
      .catch(() => undefined);
  };
  return <Boundary {...props} onFault={report} />;
}
