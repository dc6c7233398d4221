namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// Some rows in a row that were not lost; usually all of them. Sums over a batch go from run to run: a row that is not finite has a
/// gradient of 0, but 0 times NaN would still be NaN.
/// </summary>
internal readonly record struct RowRun(int Start, int Count)
{
    public bool IsEmpty => Count == 0;

    public static RowRun First(Workspace space) => From(space, 0);

    public RowRun Next(Workspace space) => From(space, Start + Count);

    private static RowRun From(Workspace space, int start)
    {
        var (logits, heads) = (space.Logits, space.Heads);
        while (start < space.Rows && float.IsNaN(logits[start * heads])) start++;
        var end = start;
        while (end < space.Rows && !float.IsNaN(logits[end * heads])) end++;
        return new RowRun(start, end - start);
    }
}
