namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>
/// Decides whether the operations on one id can be put into an order that respects real time and explains every answer (Wing and Gong
/// 1993), remembering what was tried (Lowe 2017).
/// </summary>
internal sealed class Linearizability
{
    private const int MostOperations = 64;

    private readonly IReadOnlyList<Operation> _history;
    private readonly HashSet<(ulong Done, int? Value)> _tried = [];

    private Linearizability(IReadOnlyList<Operation> history) => _history = history;

    /// <param name="history">At most 64 operations in any order, on an id that has no row at first.</param>
    public static bool Holds(IReadOnlyList<Operation> history)
    {
        if (history.Count > MostOperations)
            throw new ArgumentException($"{history.Count} operations are more than {MostOperations}.", nameof(history));
        return new Linearizability(history).Finish(0, null);
    }

    private bool Finish(ulong done, int? value)
    {
        if (ulong.PopCount(done) == (ulong)_history.Count) return true;
        if (!_tried.Add((done, value))) return false;
        var firstReturn = int.MaxValue;
        for (var i = 0; i < _history.Count; i++)
        {
            if (!IsDone(done, i)) firstReturn = Math.Min(firstReturn, _history[i].Returned);
        }
        for (var i = 0; i < _history.Count; i++)
        {
            // What began after another operation had returned cannot come before it.
            if (IsDone(done, i) || _history[i].Invoked > firstReturn) continue;
            if (_history[i].TryApply(value, out var after) && Finish(done | 1UL << i, after)) return true;
        }
        return false;
    }

    private static bool IsDone(ulong done, int operation) => (done >> operation & 1) != 0;
}
