namespace Monolith.Embeddings.Streams;

/// <summary>
/// How the bytes of a file are cut into records, and what a record means. One is made for each file that is opened, so that it may keep
/// what a header says, and buffers. Used by one thread. The default cuts lines that end in LF or CR LF.
/// </summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
public abstract class FileRecordFormat<TRecord>
{
    /// <summary>Whether the first record of each file is a header. Default false.</summary>
    public virtual bool HasHeader => false;

    /// <summary>
    /// Reads the header, before the first record, also where the reading begins in the middle of the file. What it throws ends the reading.
    /// </summary>
    /// <param name="header">The header, without the byte order mark and the line end.</param>
    public virtual void ReadHeader(ReadOnlySpan<byte> header)
    {
    }

    /// <summary>
    /// Looks for the end of the first record. The same bytes must give the same answer, however many follow. The default: the first line
    /// feed.
    /// </summary>
    /// <param name="bytes">They begin with a record, and may end in the middle of it. At least one.</param>
    /// <param name="isFinal">Whether no more will follow.</param>
    /// <returns>How many bytes the record has, its line end included; 0 if its end is not there.</returns>
    public virtual int FindEnd(ReadOnlySpan<byte> bytes, bool isFinal) =>
        bytes.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : isFinal ? bytes.Length : 0;

    /// <summary>Whether a record stands for nothing, and is passed over. The default: an empty one.</summary>
    /// <param name="record">The record, without its line end.</param>
    public virtual bool IsBlank(ReadOnlySpan<byte> record) => record.IsEmpty;

    /// <summary>
    /// Reads a record. A <see cref="FormatException"/> or an <see cref="OverflowException"/> makes it a bad record
    /// (<see cref="RecordOptions{TRecord}.BadRecords"/>); whatever else it throws ends the reading.
    /// </summary>
    /// <param name="record">The record, without its line end; valid until the next one is read.</param>
    public abstract TRecord Parse(ReadOnlyMemory<byte> record);
}
