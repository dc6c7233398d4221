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
    private int _count, _grain, _offered;
    private long _next;
    private Exception? _failure;

    /// <param name="helpers">How many threads may help at most, at least 0.</param>
    /// <param name="offersOften">Whether one call follows the other, so that helpers wait a moment for the next.</param>
    public ForkJoin(int helpers, bool offersOften = true)
    {
        _helpers = new ForkJoinHelper[helpers];
        for (var i = 0; i < helpers; i++) _helpers[i] = new ForkJoinHelper(this, offersOften);
    }

    /// <summary>How many threads share work at most.</summary>
    public int Count => _helpers.Length + 1;

    /// <summary>Does <paramref name="work"/> from 0 to <paramref name="count"/>, in parts of <paramref name="grain"/>.</summary>
    /// <exception cref="Exception">The first one that a part threw, once no part runs any more; the other parts may not have
    /// run.</exception>
    public void Run(RangeWork work, int count, int grain)
    {
        Begin(work, count, grain, callerParts: 1);
        End();
    }

    /// <summary>
    /// Lets the helpers begin, while the caller does something else: <see cref="End"/> must follow, and no other call before it.
    /// </summary>
    /// <param name="work">The work, from 0 on.</param>
    /// <param name="count">Where it ends.</param>
    /// <param name="grain">How long a part is.</param>
    /// <param name="callerParts">How many parts need no helper, because the caller will do them soon.</param>
    public void Begin(RangeWork work, int count, int grain, int callerParts = 0)
    {
        (_work, _count, _grain, _next, _failure) = (work, count, Math.Max(grain, 1), 0, null);
        var parts = (count + _grain - 1) / _grain;
        _offered = Math.Clamp(parts - callerParts, 0, _helpers.Length);
        for (var i = 0; i < _offered; i++) _helpers[i].Offer();
    }

    /// <summary>Does the parts that no thread has begun, and waits for the others.</summary>
    /// <inheritdoc cref="Run" path="/exception" />
    public void End()
    {
        RunParts();
        for (var i = 0; i < _offered; i++) _helpers[i].Finish();
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
