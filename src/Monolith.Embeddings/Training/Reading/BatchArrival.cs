using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training.Reading;

/// <summary>
/// Reads batches one by one, and lets its user do something else between two of them while none comes: a wait ends with the batch, at a
/// time, or when it is woken, whichever is first. In steady state nothing is allocated a batch. One user; <see cref="Wake"/> is
/// thread-safe.
/// </summary>
internal sealed class BatchArrival : IValueTaskSource<bool>, IAsyncDisposable
{
    // Timers take no longer times; a wait that ends early begins again.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(1), _close = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly BatchReader _reader;
    private readonly IAsyncEnumerator<ReadBatch> _batches;
    private readonly CancellationTokenSource _reading;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Action _read;
    private ManualResetValueTaskSourceCore<bool> _core;
    private ValueTask<bool> _moving;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _next;
    private bool _isPending, _isAtEnd, _isRead, _isWoken, _isWaiting, _isArmed;
    private long _armedAt;
    private TimeSpan _armedFor;

    /// <summary>Begins to read.</summary>
    /// <param name="reader">Gives the batches.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="time">The clock of waits.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public BatchArrival(BatchReader reader, StreamPosition from, TimeProvider time, CancellationToken cancellationToken)
    {
        (_reader, _time, _read) = (reader, time, () => Signal(isRead: true));
        _reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _batches = reader.ReadAsync(from, _reading.Token).GetAsyncEnumerator(CancellationToken.None);
        _timer = time.CreateTimer(
            static state => ((BatchArrival)state!).TimerFired(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Asks for the next batch, unless it was asked for; the one before was taken.</summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "The result is taken once, by Take.")]
    public void Begin()
    {
        if (_isPending) return;
        if (_isAtEnd)
        {
            Signal(isRead: true);
            return;
        }
        _moving = _batches.MoveNextAsync();
        _next = _moving.ConfigureAwait(false).GetAwaiter();
        _isPending = true;
        if (_next.IsCompleted) Signal(isRead: true);
        else _next.UnsafeOnCompleted(_read);
    }

    /// <summary>Waits for the batch that was asked for.</summary>
    /// <param name="atMost">How long at most; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="since">From when on: a timestamp that was taken before <paramref name="atMost"/> was found.</param>
    /// <returns>Whether it came; else the time has come, or another thread wakes it.</returns>
    public ValueTask<bool> WaitAsync(TimeSpan atMost, long since)
    {
        lock (_gate)
        {
            if (_isRead) return new(true);
            if (_isWoken || atMost == TimeSpan.Zero)
            {
                _isWoken = false;
                return new(false);
            }
            _core.Reset();
            _isWaiting = true;
        }
        // Whatever signals from here on ends the wait.
        var wait = new ValueTask<bool>(this, _core.Version);
        if (atMost != Timeout.InfiniteTimeSpan) Arm(atMost < _longest ? atMost : _longest, since);
        return wait;
    }

    /// <summary>Ends the wait that is under way, or the next one, without a batch.</summary>
    public void Wake() => Signal(isRead: false);

    /// <summary>Takes the batch that came; the taker gives it back to the reader.</summary>
    /// <returns>Whether there was one: else the stream has ended.</returns>
    public bool Take(out ReadBatch batch)
    {
        _isRead = false;
        var isThere = !_isAtEnd;
        if (_isPending)
        {
            _isPending = false;
            isThere = _next.GetResult();
        }
        batch = isThere ? _batches.Current : default;
        return isThere;
    }

    /// <summary>Takes the next batch if it is there, without waiting for it; what reading it threw is for <see cref="Take"/>.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryTakeNow(out ReadBatch batch)
    {
        batch = default;
        if (_isAtEnd) return false;
        Begin();
        lock (_gate)
        {
            // Until it was told, the one who tells is still to come.
            if (!_isRead) return false;
        }
        if (!_moving.IsCompletedSuccessfully) return false;
        _isAtEnd = !Take(out batch);
        return !_isAtEnd;
    }

    /// <summary>Stops the reading, and waits until it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        if (_isPending)
        {
            await _reading.CancelAsync().ConfigureAwait(false);
            while (!await WaitAsync(Timeout.InfiniteTimeSpan, 0).ConfigureAwait(false))
            {
            }
            ReturnLeft();
        }
        await _batches.DisposeAsync().ConfigureAwait(false);
        _reading.Dispose();
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void ReturnLeft()
    {
        try
        {
            if (Take(out var batch)) _reader.Return(batch);
        }
        catch (Exception)
        {
            // The run has ended by something else already.
        }
    }

    // A timer that is set for an earlier time, or about the same, is left alone: waiting for a batch costs no more than before.
    private void Arm(TimeSpan due, long since)
    {
        lock (_gate)
        {
            if (_isArmed && _armedFor - _time.GetElapsedTime(_armedAt, since) <= due + _close) return;
            (_isArmed, _armedAt, _armedFor) = (true, since, due);
        }
        _timer.Change(due, Timeout.InfiniteTimeSpan);
        // The time may have come before the timer was set.
        if (_time.GetElapsedTime(since) >= due) Signal(isRead: false);
    }

    private void TimerFired()
    {
        lock (_gate) _isArmed = false;
        Signal(isRead: false);
    }

    private void Signal(bool isRead)
    {
        lock (_gate)
        {
            if (isRead) _isRead = true;
            else _isWoken = true;
            if (!_isWaiting) return;
            _isWaiting = false;
            if (!isRead) _isWoken = false;
        }
        // The reader's thread goes on with the training, as if it had been awaited; that of a timer or of a wake has something else to do.
        _core.RunContinuationsAsynchronously = !isRead;
        _core.SetResult(isRead);
    }
}
