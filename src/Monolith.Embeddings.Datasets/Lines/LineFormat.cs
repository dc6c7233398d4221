namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>What one line of a file means. Made for one reading, so that it may keep buffers; used by one thread.</summary>
internal abstract class LineFormat<T>
{
    /// <summary>The form of a line, for messages.</summary>
    public abstract string Expected { get; }

    /// <summary>Where records end that may go over several lines; null where a line is a record.</summary>
    public virtual IRecordFrame<char>? Frame => null;

    /// <summary>Whether the first line is a header.</summary>
    public virtual bool HasHeader => false;

    /// <summary>Reads the header and returns what is wrong with it, or null.</summary>
    public virtual string? ReadHeader(ReadOnlySpan<char> line) => null;

    /// <summary>Reads a line and returns what is wrong with it, or null and a record.</summary>
    public abstract string? Parse(ReadOnlySpan<char> line, out T record);
}
