using System.Text;

namespace Monolith.Embeddings.Exchange;

/// <summary>
/// What NumPy's array files have in common (numpy.lib.format, versions 1.0 to 3.0), and what the arrays of a table are called.
/// </summary>
internal static class NpyFormat
{
    public const string Ids = "ids", Weights = "weights", LastUpdates = "last_updates", Segments = "segments", Dimensions = "dimensions";

    /// <summary>All of these.</summary>
    public static readonly string[] Names = [Ids, Weights, LastUpdates, Segments, Dimensions];

    public const string Int64 = "<i8", UInt64 = "<u8", UInt32 = "<u4", Float32 = "<f4";

    /// <summary>Magic and version.</summary>
    public const int PrefixBytes = 8;

    /// <summary>The data begins at a multiple of this.</summary>
    public const int Alignment = 64;

    /// <summary>The longest header that is read. NumPy itself stops at 10,000 bytes.</summary>
    public const int MaxHeaderBytes = 1 << 16;

    /// <summary>Texts in four bytes a character; what is no character is refused, and not replaced.</summary>
    public static UTF32Encoding Texts { get; } = new(bigEndian: false, byteOrderMark: false, throwOnInvalidCharacters: true);

    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <exception cref="PlatformNotSupportedException">The processor is not little-endian.</exception>
    public static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException(
                "NumPy files are written and read as numbers lie in memory, little-endian; this processor is not.");
        }
    }
}
