using System.Buffers.Binary;
using Monolith.Embeddings.Features.Rows;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// What stands in a log where an example was forgotten: a row of form 0 that has an event time and nothing else, so that rows keep their
/// numbers and files their times.
/// </summary>
internal static class ForgottenRow
{
    public const int Bytes = ExampleRowFormat.CodesOffset;

    private const byte Form = 0;

    /// <summary>Whether a row is one.</summary>
    public static bool Is(ReadOnlySpan<byte> row) => row.Length == Bytes && row[0] == Form;

    /// <summary>Writes the one that takes the place of a row.</summary>
    public static void Write(ReadOnlySpan<byte> row, Span<byte> destination)
    {
        destination[..Bytes].Clear();
        BinaryPrimitives.WriteInt64LittleEndian(destination[ExampleRowFormat.TimeOffset..], ExampleRowFormat.EventTimeOf(row));
    }
}
