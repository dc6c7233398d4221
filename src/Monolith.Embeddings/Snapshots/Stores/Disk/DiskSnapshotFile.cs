namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>A file of a disk, its failures told as the store's.</summary>
internal sealed class DiskSnapshotFile : SnapshotFile
{
    private readonly IDiskReading _file;

    public DiskSnapshotFile(ISnapshotDisk disk, string name)
        : base(name)
    {
        _file = DiskFaults.Guard(name, "a file", () => Open(disk, name));
        Length = DiskFaults.Guard(name, "a file with a length", () => _file.Length);
    }

    public override long Length { get; }

    public override int Read(long offset, Span<byte> buffer)
    {
        try
        {
            return _file.Read(offset, buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DiskFaults.Of(exception, Name, $"to read {buffer.Length} bytes at {offset}");
        }
    }

    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }

    private static IDiskReading Open(ISnapshotDisk disk, string name)
    {
        try
        {
            return disk.Open(name);
        }
        catch (FileNotFoundException exception)
        {
            throw new SnapshotException(SnapshotFault.Missing, name, "a file", "no such file.", exception);
        }
    }
}
