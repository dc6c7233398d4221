namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>What a save has still to get from a stripe: the state at its cut. The stripe's lock covers it.</summary>
/// <param name="lane">Where it goes.</param>
/// <param name="from">Rows that were last written under this number of the change clock or before are left out; 0 for all rows.</param>
/// <param name="to">The number of the cut: what is written later is no part of it.</param>
internal sealed class StripeScan(CutLane lane, uint from, uint to)
{
    public CutLane Lane => lane;

    /// <summary>How far it has come, from the last row of the cut down.</summary>
    public RowCursor Cursor { get; } = new();

    /// <summary>Whether the admission filter's state is still to come.</summary>
    public bool WantsFilter { get; set; }

    /// <summary>How many removals of the log are still to come.</summary>
    public RemovalRange Removals { get; set; }

    public uint From => from;

    public uint To => to;

    /// <summary>Whether a row last written under a number belongs to the save.</summary>
    public bool Includes(uint stamp) => stamp > from && stamp <= to;
}
