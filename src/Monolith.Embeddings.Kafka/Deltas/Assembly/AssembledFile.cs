using Monolith.Embeddings.Kafka.Deltas.Messages;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Deltas.Assembly;

/// <summary>A file as its messages brought it: their bytes, not copied. Thread-safe.</summary>
internal sealed class AssembledFile : SnapshotFile
{
    private readonly (DeltaRun Run, ReadOnlyMemory<byte> Bytes)[] _runs;

    private AssembledFile(string name, long length, (DeltaRun, ReadOnlyMemory<byte>)[] runs)
        : base(name) => (Length, _runs) = (length, runs);

    /// <inheritdoc />
    public override long Length { get; }

    /// <summary>Puts the parts of a file together.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="length">Its length.</param>
    /// <param name="parts">All messages of its commit.</param>
    /// <returns>The file; null where bytes of it are missing or come twice.</returns>
    public static AssembledFile? Of(string name, long length, IEnumerable<DeltaMessage> parts)
    {
        var runs = parts.SelectMany(Split).OrderBy(run => run.Run.Offset).ToArray();
        var end = 0L;
        foreach (var (run, _) in runs)
        {
            if (run.Offset != end) return null;
            end = run.End;
        }
        return end == length ? new AssembledFile(name, length, runs) : null;
    }

    /// <inheritdoc />
    public override int Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset >= Length) return 0;
        var run = Find(offset);
        var bytes = _runs[run].Bytes.Span[(int)(offset - _runs[run].Run.Offset)..];
        var count = Math.Min(bytes.Length, buffer.Length);
        bytes[..count].CopyTo(buffer);
        return count;
    }

    private static IEnumerable<(DeltaRun Run, ReadOnlyMemory<byte> Bytes)> Split(DeltaMessage message)
    {
        var at = 0;
        foreach (var run in message.Runs)
        {
            yield return (run, message.Payload.Slice(at, run.Length));
            at += run.Length;
        }
    }

    private int Find(long offset)
    {
        var (low, high) = (0, _runs.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_runs[middle].Run.Offset <= offset) low = middle;
            else high = middle - 1;
        }
        return low;
    }
}
