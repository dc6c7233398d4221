using System.Runtime.ExceptionServices;

namespace Monolith.Embeddings.Threads;

/// <summary>
/// Shares work among the calling thread and the thread pool. Parts are claimed one by one, and the caller claims too: so it never waits for
/// a helper that has not begun, and a busy pool costs speed alone. Nothing is allocated a call. For one caller at a time.
/// </summary>
internal sealed class ForkJoin
{
    private readonly ForkJoinHelper[] _helpers;
    private RangeWork? _work;
    private int _count, _grain;
    private long _next;
    private Exception? _failure;

    /// <param name="helpers">How many threads may help at most, at least 0.</param>
    public ForkJoin(int helpers)
    {
        _helpers = new ForkJoinHelper[helpers];
        for (var i = 0; i < helpers; i++) _helpers[i] = new ForkJoinHelper(this);
    }

    /// <summary>How many threads share work at most.</summary>
    public int Count => _helpers.Length + 1;

    /// <summary>Does <paramref name="work"/> from 0 to <paramref name="count"/>, in parts of <paramref name="grain"/>.</summary>
    /// <exception cref="Exception">The first one that a part threw, once no part runs any more; the other parts may not have
    /// run.</exception>
    public void Run(RangeWork work, int count, int grain)
    {
        (_work, _count, _grain, _next, _failure) = (work, count, Math.Max(grain, 1), 0, null);
        var helpers = Math.Min(_helpers.Length, (count - 1) / _grain);
        for (var i = 0; i < helpers; i++) _helpers[i].Offer();
        RunParts();
        for (var i = 0; i < helpers; i++) _helpers[i].Finish();
        _work = null;
        if (_failure is { } failure) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Claims and runs parts until none is left. Never throws.</summary>
    internal void RunParts()
    {
        var (work, count, grain) = (_work!, _count, _grain);
        try
        {
            for (var end = Interlocked.Add(ref _next, grain); end - grain < count; end = Interlocked.Add(ref _next, grain))
                work.Run((int)(end - grain), (int)Math.Min(end, count));
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            Interlocked.Exchange(ref _next, count);
        }
    }
}
