namespace Monolith.Embeddings.Tables.Batches;

/// <summary>What the arguments of batches must be like.</summary>
internal static class BatchArguments
{
    /// <exception cref="ArgumentException">There are not as many floats as ids times the dimension, or more than an array can
    /// hold.</exception>
    public static void RequireRows(string table, int dimension, int ids, int floats, string what)
    {
        var needed = (long)ids * dimension;
        if (needed > Array.MaxLength)
        {
            throw new ArgumentException(
                $"Table '{table}': {ids} ids times dimension {dimension} are {needed} floats; a span's array holds {Array.MaxLength}. "
                + "Use smaller batches.");
        }
        if (needed != floats)
        {
            throw new ArgumentException(
                $"Table '{table}': {ids} ids times dimension {dimension} need {needed} floats, but {what} holds {floats}.", what);
        }
    }

    /// <exception cref="ArgumentException">There are not as many counts as ids, or one is less than 1.</exception>
    public static void RequireCounts(string table, int ids, ReadOnlySpan<int> counts)
    {
        if (counts.IsEmpty) return;
        if (counts.Length != ids)
        {
            throw new ArgumentException(
                $"Table '{table}': {ids} ids need {ids} counts, or none, but {counts.Length} were given.", nameof(counts));
        }
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] < 1)
            {
                throw new ArgumentException(
                    $"Table '{table}': the count at position {i} is {counts[i]}; an id occurs at least once.", nameof(counts));
            }
        }
    }

    /// <summary>How often an id occurs; once where no counts are given.</summary>
    public static int CountAt(ReadOnlySpan<int> counts, int position) => counts.IsEmpty ? 1 : counts[position];

    /// <summary>The same, for counts that were looked at before: a caller that writes into them meanwhile is told so.</summary>
    /// <exception cref="InvalidOperationException">The count became less than 1.</exception>
    public static int ValidCountAt(ReadOnlySpan<int> counts, int position)
    {
        var count = CountAt(counts, position);
        if (count < 1) ThrowCountChanged(position, count);
        return count;
    }

    /// <exception cref="InvalidOperationException">Always.</exception>
    public static void ThrowCountChanged(int position, int count) => throw new InvalidOperationException(
        $"The count at position {position} became {count} while the batch ran. Leave the spans as they are until the call has returned.");
}
