using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>
/// Decides by a seed which log goes on while their reader waits, and when the clock moves. A reading goes on within the call that lets it,
/// on the same thread, so that a seed decides its whole course; only its end may come from another thread.
/// </summary>
/// <param name="seed">The seed.</param>
/// <param name="time">The clock; null where it decides nothing.</param>
internal sealed class LogSchedule(int seed, ManualTime? time = null)
{
    private readonly Lock _gate = new();
    private readonly List<(CountedLog Log, TaskCompletionSource Waits)> _waiting = [];
    private Random _random = new(seed);
    private CountedLog? _favoured;
    private int _readings;

    /// <summary>Another reading begins. How the one before ended decides nothing about it.</summary>
    public void Begin() => (_random, _favoured) = (new Random(unchecked((seed * 397) + ++_readings)), null);

    /// <summary>A log waits until it is its turn.</summary>
    public async Task WaitAsync(CountedLog log, CancellationToken cancellationToken)
    {
        var waits = new TaskCompletionSource();
        lock (_gate) _waiting.Add((log, waits));
        await using var cancelling = cancellationToken.Register(() =>
        {
            lock (_gate) _waiting.Remove((log, waits));
            waits.TrySetCanceled(cancellationToken);
        });
        await waits.Task;
    }

    /// <summary>Lets logs go on and the clock move until something is complete.</summary>
    public async Task<T> RunAsync<T>(ValueTask<T> task)
    {
        var result = task.AsTask();
        while (!result.IsCompleted)
        {
            if (!TryStep()) return await result.WaitAsync(TimeSpan.FromSeconds(60));
        }
        return await result;
    }

    private bool TryStep()
    {
        TaskCompletionSource? waits = null;
        lock (_gate)
        {
            if (_waiting.Count > 0 && (time is not { Waiting: > 0 } || _random.Next(4) > 0)) waits = Next();
        }
        if (waits is not null) waits.TrySetResult();
        else if (time is { Waiting: > 0 }) time.Advance(TimeSpan.FromSeconds(1 + _random.Next(4)));
        else return false;
        return true;
    }

    // One log is favoured for a while: others fall far behind it, or it goes on alone.
    private TaskCompletionSource Next()
    {
        if (_favoured is null || _random.Next(10) == 0) _favoured = _waiting[_random.Next(_waiting.Count)].Log;
        var next = _waiting.FindIndex(waiting => waiting.Log == _favoured);
        if (next < 0 || _random.Next(8) == 0) next = _random.Next(_waiting.Count);
        var waits = _waiting[next].Waits;
        _waiting.RemoveAt(next);
        return waits;
    }
}
