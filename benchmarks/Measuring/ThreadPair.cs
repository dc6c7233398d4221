namespace Measuring;

/// <summary>Two threads that start and end together: the caller's, and one that waits between two pieces of work.</summary>
public sealed class ThreadPair : IDisposable
{
    private readonly Barrier _barrier = new(2);
    private readonly Thread _second;
    private Action? _work;
    private Exception? _failure;

    public ThreadPair()
    {
        _second = new Thread(Loop) { IsBackground = true };
        _second.Start();
    }

    /// <summary>The nanoseconds from the common start until both are done.</summary>
    /// <param name="first">The caller's work.</param>
    /// <param name="second">The other thread's work.</param>
    public double Time(Action first, Action second)
    {
        _work = second;
        _barrier.SignalAndWait();
        var nanoseconds = Interleaved.Time(() =>
        {
            first();
            _barrier.SignalAndWait();
        });
        if (_failure is not null) throw new InvalidOperationException("The second thread failed.", _failure);
        return nanoseconds;
    }

    public void Dispose()
    {
        _work = null;
        _barrier.SignalAndWait();
        _second.Join();
        _barrier.Dispose();
    }

    private void Loop()
    {
        for (_barrier.SignalAndWait(); _work is not null; _barrier.SignalAndWait())
        {
            try
            {
                _work();
            }
            catch (Exception failure) // thrown again by the caller
            {
                _failure = failure;
            }
            _barrier.SignalAndWait();
        }
    }
}
