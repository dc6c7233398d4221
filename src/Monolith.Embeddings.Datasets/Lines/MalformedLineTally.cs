namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>Counts the malformed lines of one reading of a file and applies the limit. Used by one thread.</summary>
internal sealed class MalformedLineTally(string file, string expected, MalformedLines options)
{
    private const int ExcerptLength = 100;
    private long _count;

    public void Add(long lineNumber, string reason, ReadOnlySpan<char> text)
    {
        var line = Report(lineNumber, reason, text);
        if (_count <= options.Limit) return;
        throw new MalformedLineException(line, expected,
            $"This is malformed line number {_count}, and {options.Limit} may be skipped: correct the file, read it by the reader of its "
            + $"format, or raise {nameof(MalformedLines)}.{nameof(MalformedLines.Limit)} to skip such lines.");
    }

    /// <summary>A header cannot be skipped: without it no line can be read.</summary>
    public MalformedLineException Header(long lineNumber, string reason, ReadOnlySpan<char> text) =>
        new(Report(lineNumber, reason, text), expected, "Every line depends on the header: name the columns that the file has.");

    private MalformedLine Report(long lineNumber, string reason, ReadOnlySpan<char> text)
    {
        if (text.Contains('\0')) reason += " (it holds zero bytes: is the file binary, UTF-16, or packed in another way than gzip?)";
        var line = new MalformedLine { File = file, LineNumber = lineNumber, Reason = reason, Text = Excerpt(text), Count = ++_count };
        options.Report?.Report(line);
        return line;
    }

    private static string Excerpt(ReadOnlySpan<char> text)
    {
        var isWhole = text.Length <= ExcerptLength;
        Span<char> excerpt = stackalloc char[ExcerptLength];
        excerpt = excerpt[..Math.Min(text.Length, ExcerptLength)];
        for (var i = 0; i < excerpt.Length; i++) excerpt[i] = Shown(text[i]);
        return isWhole ? excerpt.ToString() : string.Concat(NumberField.Start(excerpt, ExcerptLength - 3), "...");
    }

    private static char Shown(char letter)
    {
        if (letter == UndecodedBytes.Mark) return '\uFFFD';
        return char.IsControl(letter) && letter != '\t' ? '?' : letter;
    }
}
