namespace Monolith.Embeddings.Tables;

/// <summary>
/// What a batch asks of one table, and where the answers go. The memory belongs to the caller, is on the managed heap or pinned, and is
/// left alone until the call that got it has ended. Not thread-safe.
/// </summary>
public sealed class TableBatch
{
    /// <summary>The ids, [n]; each once.</summary>
    public ReadOnlyMemory<long> Ids { get; set; }

    /// <summary>In <see cref="FirstValueOf"/>: the initializers make the first values of the id's row.</summary>
    public const int NoFirstValue = Batches.FirstValues.None;

    /// <summary>How often each id occurs in the examples, [n], at least 1; empty where each occurs once.</summary>
    public ReadOnlyMemory<int> Counts { get; set; }

    /// <summary>Receives the rows that a lookup reads, [n, dimension]; zeros for ids without a row.</summary>
    public Memory<float> Rows { get; set; }

    /// <summary>
    /// Receives the rows as they are stored, [n, dimension], where training reads them otherwise
    /// (<see cref="SegmentOptions.FakeQuantization"/>) and an optimizer asks for them; empty where none does.
    /// </summary>
    public Memory<float> StoredRows { get; set; }

    /// <summary>Receives which ids have a row after a lookup, [n]; empty where it is not asked for.</summary>
    public Memory<bool> HasRow { get; set; }

    /// <summary>
    /// What rows may begin with that a lookup creates, [m, dimension]: finite weights, of which an id has those that <see
    /// cref="FirstValueOf"/> says. The optimizer state is that of a new row.
    /// </summary>
    public ReadOnlyMemory<float> FirstValues { get; set; }

    /// <summary>
    /// Which of <see cref="FirstValues"/> each id's row begins with if the lookup creates it, [n]: 0 to m - 1, or <see
    /// cref="NoFirstValue"/>; empty where none has any.
    /// </summary>
    public ReadOnlyMemory<int> FirstValueOf { get; set; }

    /// <summary>Receives which ids had a row before a lookup that creates rows, [n]; empty where it is not asked for.</summary>
    internal Memory<bool> HadRow { get; set; }

    /// <summary>The gradients of the summed loss, [n, dimension].</summary>
    public ReadOnlyMemory<float> Gradients { get; set; }

    /// <summary>The rows that the gradients were computed at, [n, dimension]; empty where no optimizer asks for them.</summary>
    public ReadOnlyMemory<float> WeightsAtRead { get; set; }
}
