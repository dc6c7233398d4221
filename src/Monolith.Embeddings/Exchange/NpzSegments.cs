using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Exchange;

/// <summary>
/// What a NumPy file says of the segments of its rows; files that others wrote need not say it, but what they say must fit.
/// </summary>
internal sealed class NpzSegments(NpzFile file)
{
    private const int LongestName = 4096;

    /// <exception cref="InvalidDataException">The file is of rows with other segments.</exception>
    public void Require(EmbeddingTable table)
    {
        using NpyArray? names = OpenIfThere(NpyFormat.Segments), dimensions = OpenIfThere(NpyFormat.Dimensions);
        dimensions?.Require([NpyFormat.Int64], 1, sizeof(long));
        var longest = names is null ? 0 : LongestIn(names);
        names?.Require([names.Header.Type], 1, longest * sizeof(uint));
        RequireCount(names, table);
        RequireCount(dimensions, table);
        foreach (var segment in table.Traits.Segments)
        {
            var name = names is null ? segment.Name.TrimEnd('\0') : NextName(names, longest);
            var dimension = dimensions is null ? segment.Dimension : NextNumber(dimensions);
            // NumPy fills texts with NULs, and so cannot tell those at the end of a name.
            if (name != segment.Name.TrimEnd('\0') || dimension != segment.Dimension)
                throw (names ?? dimensions)!.Wrong(
                    $"segment '{name}' of {dimension} weights stands where rows of table '{table.Name}' have {Words(segment)}.");
        }
        names?.End();
        dimensions?.End();
    }

    private NpyArray? OpenIfThere(string name) => file.Has(name) ? file.Open(name) : null;

    private static void RequireCount(NpyArray? array, EmbeddingTable table)
    {
        var (count, expected) = (array?.Header.Shape[0], table.Traits.Segments);
        if (array is not null && count != expected.Count)
            throw array.Wrong($"it tells of {count} segments, and rows of table '{table.Name}' have {expected.Count}: "
                + $"{string.Join(", ", expected.Take(10).Select(Words))}.");
    }

    private static string Words(SegmentTraits segment) => $"'{segment.Name}' of {segment.Dimension}";

    private static int LongestIn(NpyArray names)
    {
        var type = names.Header.Type;
        var isText = type.StartsWith("<U", StringComparison.Ordinal)
            && int.TryParse(type.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!isText) throw names.Wrong($"it is of type '{type}' instead of texts ('<U...'); convert it by .astype(str).");
        var longest = int.Parse(type.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture);
        return longest <= LongestName
            ? longest
            : throw names.Wrong($"its texts have {longest} characters; at most {LongestName} are read.");
    }

    private static string NextName(NpyArray names, int length)
    {
        var bytes = new byte[length * sizeof(uint)];
        names.Read(bytes);
        try
        {
            return NpyFormat.Texts.GetString(bytes).TrimEnd('\0');
        }
        catch (DecoderFallbackException)
        {
            throw names.Wrong("it holds a number that is no character.");
        }
    }

    private static long NextNumber(NpyArray numbers)
    {
        var number = 0L;
        numbers.Read(MemoryMarshal.AsBytes(new Span<long>(ref number)));
        return number;
    }
}
