using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SnapshotRatios;

/// <summary>What the disk and the memory can do at best with as many bytes.</summary>
internal static unsafe class RawFile
{
    private const int PieceBytes = 1 << 20;

    /// <summary>Writes a file front to back, and flushes it to the disk.</summary>
    public static void Write(string path, long bytes)
    {
        var piece = new byte[PieceBytes];
        new Random(1).NextBytes(piece);
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None);
        for (long at = 0; at < bytes; at += PieceBytes)
            RandomAccess.Write(file, piece.AsSpan(0, (int)Math.Min(PieceBytes, bytes - at)), at);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Reads a file into memory that was not touched before, each thread a part.</summary>
    public static void Read(string path, int threads)
    {
        using var file = File.OpenHandle(path);
        var bytes = RandomAccess.GetLength(file);
        var memory = (byte*)NativeMemory.Alloc((nuint)bytes);
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads },
            part => ReadPart(file, memory, bytes * part / threads, bytes * (part + 1) / threads));
        NativeMemory.Free(memory);
    }

    private static void ReadPart(SafeFileHandle file, byte* memory, long start, long end)
    {
        for (var at = start; at < end;)
            at += RandomAccess.Read(file, new Span<byte>(memory + at, (int)Math.Min(PieceBytes, end - at)), at);
    }
}
