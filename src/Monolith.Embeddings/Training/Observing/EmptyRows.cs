using System.Numerics;

namespace Monolith.Embeddings.Training.Observing;

/// <summary>Counts the rows of a slot that have no id.</summary>
internal static class EmptyRows
{
    /// <param name="offsets">Where each row's ids begin and end, [rows + 1].</param>
    public static int Count(ReadOnlySpan<int> offsets)
    {
        var starts = offsets[..^1];
        var ends = offsets[1..];
        var (empty, done) = (Vector<int>.Zero, 0);
        for (; done <= starts.Length - Vector<int>.Count; done += Vector<int>.Count)
            empty -= Vector.Equals(new Vector<int>(starts[done..]), new Vector<int>(ends[done..]));
        var count = Vector.Sum(empty);
        for (; done < starts.Length; done++)
        {
            if (starts[done] == ends[done]) count++;
        }
        return count;
    }
}
