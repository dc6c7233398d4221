namespace Monolith.Embeddings.Tables.Batches;

/// <summary>
/// The groups of a chunk, cut into parts for threads. A part is some whole groups, so that the ids of a stripe are done by one thread and
/// in the order of the batch, whatever the number of threads.
/// </summary>
internal sealed class GroupParts
{
    /// <summary>What a part has at least, where its chunk has as many ids: several times what it takes to wake a thread.</summary>
    private const int LeastIds = 512;

    // More than one, so that a thread that is late costs a part of a part.
    private const int PartsAThread = 4;

    private int[] _ends = [];

    public StripeGroups Groups { get; } = new();

    public int Count { get; private set; }

    /// <summary>The first block of a part, and the block behind its last one.</summary>
    public (int First, int End) this[int part] => (part == 0 ? 0 : _ends[part - 1], _ends[part]);

    /// <summary>There are no groups.</summary>
    public void Clear() => Count = 0;

    /// <summary>Cuts the groups into parts of about as many ids.</summary>
    /// <param name="ids">How many ids the groups have, at least 1.</param>
    /// <param name="threads">How many threads share them.</param>
    public void Cut(int ids, int threads)
    {
        var most = threads == 1 ? 1 : Math.Clamp(ids / LeastIds, 1, PartsAThread * threads);
        if (_ends.Length < most) _ends = new int[most];
        Count = 0;
        for (int block = 0, end; block < Groups.BlockCount; block = end)
        {
            end = Groups.EndOfGroup(block);
            ref readonly var last = ref Groups.Block(end - 1);
            if ((long)(last.Start + last.Count) * most >= (Count + 1L) * ids) _ends[Count++] = end;
        }
    }
}
