using System.Numerics;
using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets.Csv;

/// <summary>
/// Where a CSV record ends, by RFC 4180. A quote that is one too many may join lines until another quote ends them; where what it joined
/// cannot be a record, only the first line is one.
/// </summary>
/// <typeparam name="TUnit">What a text is made of: characters, or bytes of UTF-8.</typeparam>
internal sealed class CsvFrame<TUnit>(char delimiter) : IRecordFrame<TUnit>
    where TUnit : unmanaged, IBinaryInteger<TUnit>
{
    private static readonly TUnit Quote = TUnit.CreateChecked((ushort)'"');
    private static readonly TUnit LineFeed = TUnit.CreateChecked((ushort)'\n');
    private static readonly TUnit Return = TUnit.CreateChecked((ushort)'\r');
    private readonly TUnit _delimiter = TUnit.CreateChecked((ushort)delimiter);

    /// <summary>How many fields each record has; 0 where that is not known.</summary>
    public int FieldCount { get; set; }

    /// <summary>How many fields each record has at least.</summary>
    public int LeastFields { get; set; }

    public RecordEnd Find(ReadOnlySpan<TUnit> text, bool isLast)
    {
        var (fields, joined) = (1, 0);
        for (var at = 0; ; at++)
        {
            if (at < text.Length && text[at] == Quote)
            {
                var close = FindClosed(text, at + 1);
                if (close < 0) return new RecordEnd(0, IsOpen: true);
                if (joined == 0 && text[at..close].Contains(LineFeed)) joined = fields;
                at = close;
                if (GoesOn(text[at..])) return FirstLine(text, joined, "goes on behind its closing quote, some lines below");
            }
            var next = text[at..].IndexOfAny(_delimiter, LineFeed);
            if (next < 0) return isLast ? End(text, text.Length, fields, joined) : default;
            at += next;
            if (text[at] == LineFeed) return End(text, at + 1, fields, joined);
            if (++fields > FieldCount && FieldCount > 0)
                return FirstLine(text, joined, $"goes on over line ends, to a record of more than {FieldCount} fields");
        }
    }

    private RecordEnd End(ReadOnlySpan<TUnit> text, int length, int fields, int joined)
    {
        if (joined == 0 || fields >= Math.Max(FieldCount, LeastFields)) return new RecordEnd(length);
        return FirstLine(text, joined, $"goes on over line ends, to a record of {fields} fields, not {Math.Max(FieldCount, LeastFields)}");
    }

    /// <summary>The first line alone; what is wrong with it is for the format to say, unless it lies in lines below.</summary>
    private static RecordEnd FirstLine(ReadOnlySpan<TUnit> text, int joined, string problem) => new(
        text.IndexOf(LineFeed) + 1, Problem: joined == 0 ? null : $"the quoted field {joined} {problem}; only this line of it is skipped");

    /// <summary>Whether text follows a closing quote. What is not there yet is taken for the end of the field.</summary>
    private bool GoesOn(ReadOnlySpan<TUnit> behind) =>
        !behind.IsEmpty && behind[0] != _delimiter && behind[0] != LineFeed
        && !(behind[0] == Return && (behind.Length == 1 || behind[1] == LineFeed));

    /// <summary>Where a quoted field is left, just behind its closing quote; -1 if that is not there.</summary>
    private static int FindClosed(ReadOnlySpan<TUnit> text, int at)
    {
        while (true)
        {
            var quote = text[at..].IndexOf(Quote);
            if (quote < 0) return -1;
            at += quote + 1;
            if (at == text.Length || text[at] != Quote) return at;
            at++;
        }
    }
}
