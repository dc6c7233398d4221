namespace Monolith.Embeddings.Datasets;

/// <summary>A file has more malformed lines than <see cref="MalformedLines.Limit"/> allows, or a header that cannot be used.</summary>
public sealed class MalformedLineException : FormatException
{
    /// <summary>Creates the exception without a line.</summary>
    public MalformedLineException()
        : this("A line is malformed.")
    {
    }

    /// <summary>Creates the exception without a line.</summary>
    /// <param name="message">What is wrong.</param>
    public MalformedLineException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception without a line.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">What caused it.</param>
    public MalformedLineException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal MalformedLineException(MalformedLine line, string expected, string advice)
        : base($"{line.File}, line {line.LineNumber}: {line.Reason}. Expected: {expected}. Found: '{line.Text}'. {advice}")
    {
        Line = line;
    }

    /// <summary>The line that ended the reading; null where none was given.</summary>
    public MalformedLine? Line { get; }
}
