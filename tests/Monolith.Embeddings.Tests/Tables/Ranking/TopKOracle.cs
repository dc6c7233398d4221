using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Tables.Ranking;

/// <summary>The same search by sorting all rows: scores by the scalar loop, which has the bits of the kernel.</summary>
internal static class TopKOracle
{
    /// <summary>Sixteen running sums and a fold by halves; written apart from the library.</summary>
    public static float Score(ReadOnlySpan<float> row, ReadOnlySpan<float> query)
    {
        var sums = new float[16];
        var whole = row.Length < 16 ? 0 : row.Length / 16 * 16;
        for (var i = 0; i < row.Length; i++)
        {
            // What is left of a row is read as its last 16 floats.
            var lane = i < whole || row.Length < 16 ? i % 16 : 16 - (row.Length - i);
            sums[lane] = MathF.FusedMultiplyAdd(row[i], query[i], sums[lane]);
        }
        for (var half = 8; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++) sums[i] += sums[i + half];
        }
        return sums[0];
    }

    public static (long Id, float Score)[] Best(
        IReadOnlyDictionary<long, float[]> rows, float[] query, int k, Func<long, bool>? allows = null) =>
    [
        .. rows.Where(row => allows?.Invoke(row.Key) ?? true)
            .Select(row => (Id: row.Key, Score: Score(row.Value, query)))
            .Where(row => float.IsFinite(row.Score))
            .OrderByDescending(row => row.Score).ThenBy(row => row.Id)
            .Take(k),
    ];

    /// <summary>Searches a table, and hands out what was found.</summary>
    public static (long Id, float Score)[] Search(
        EmbeddingTable table, float[] query, int k, TopKFilter filter = default, int threads = 1)
    {
        var (ids, scores) = (new long[k], new float[k]);
        var found = table.TopK(query, ids, scores, filter, threads);
        return [.. ids.Zip(scores).Take(found.Count)];
    }
}
