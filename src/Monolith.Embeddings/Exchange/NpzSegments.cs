using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Exchange;

/// <summary>What a NumPy file says of the segments of its rows; files that others wrote need not say it.</summary>
internal sealed class NpzSegments(NpzFile file)
{
    private const int LongestName = 4096;

    /// <exception cref="InvalidDataException">The file is of rows with other segments.</exception>
    public void Require(EmbeddingTable table)
    {
        if (!file.Has(NpyFormat.Segments) || !file.Has(NpyFormat.Dimensions)) return;
        var expected = table.Traits.Segments;
        using NpyArray names = file.Open(NpyFormat.Segments), dimensions = file.Open(NpyFormat.Dimensions);
        dimensions.Require([NpyFormat.Int64], 1, sizeof(long));
        var longest = LongestIn(names);
        names.Require([names.Header.Type], 1, longest * sizeof(uint));
        if (names.Header.Shape[0] != expected.Count || dimensions.Header.Shape[0] != expected.Count)
            throw names.Wrong($"there are {names.Header.Shape[0]} names and {dimensions.Header.Shape[0]} dimensions, and rows of table '{table.Name}' have {expected.Count} segments.");
        foreach (var segment in expected)
        {
            var (name, dimension) = (NextName(names, longest), NextNumber(dimensions));
            if (name != segment.Name || dimension != segment.Dimension)
                throw names.Wrong($"segment '{name}' of {dimension} weights stands where rows of table '{table.Name}' have '{segment.Name}' of {segment.Dimension}.");
        }
        names.End();
        dimensions.End();
    }

    private static int LongestIn(NpyArray names)
    {
        var type = names.Header.Type;
        var isText = type.StartsWith("<U", StringComparison.Ordinal) && int.TryParse(type.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!isText) throw names.Wrong($"it is of type '{type}' instead of texts ('<U...').");
        var longest = int.Parse(type.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture);
        return longest <= LongestName ? longest : throw names.Wrong($"its texts have {longest} characters; at most {LongestName} are read.");
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
