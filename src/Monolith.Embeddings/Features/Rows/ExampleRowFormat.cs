using System.Buffers;
using System.Buffers.Binary;

namespace Monolith.Embeddings.Features.Rows;

/// <summary>
/// One example as bytes, little-endian: the form, the parts that it has, its event time, two bits for each task and slot, and then what
/// these say is there. Form 1 has one byte of parts; 2 as well, and steps of sequences have values; 3 has a second byte of parts behind the
/// time. Of what schema the bytes are must be known from elsewhere. Immutable; thread-safe.
/// </summary>
/// <param name="schema">The schema of the batches that are written and appended to.</param>
internal sealed class ExampleRowFormat(FeatureSchema schema)
{
    public const byte Form = 1, FormWithStepValues = 2, FormWithMoreParts = 3;

    /// <summary>Where the event time stands: behind the form and the parts.</summary>
    public const int TimeOffset = 2;

    /// <summary>Where the two bits of each task and slot stand, but in form 3, where <see cref="MorePartsBytes"/> stand here.</summary>
    public const int CodesOffset = TimeOffset + sizeof(long);

    /// <summary>How many bytes more parts take in form 3.</summary>
    public const int MorePartsBytes = 1;

    /// <summary>The parts of the second byte, shifted down by as many bits.</summary>
    public const int MorePartsShift = 8;

    private readonly ExampleRowWriter _writer = new(schema);
    private readonly ExampleRowReader _reader = ExampleRowReader.Of(schema);

    /// <summary>When the example of a row's bytes happened, without reading the rest.</summary>
    /// <exception cref="InvalidDataException">The bytes end before it.</exception>
    public static long EventTimeOf(ReadOnlySpan<byte> row) => row.Length >= CodesOffset
        ? BinaryPrimitives.ReadInt64LittleEndian(row[TimeOffset..])
        : throw new InvalidDataException($"The bytes of an example are {row.Length}, and its time ends at {CodesOffset}.");

    /// <summary>Writes one row of a batch.</summary>
    /// <param name="batch">A batch of the format's schema, or of one like it.</param>
    /// <param name="row">The row, 0 to <see cref="FeatureBatch.Rows"/> - 1.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>How many bytes they are.</returns>
    public int Write(ExampleBatch batch, int row, IBufferWriter<byte> destination) => _writer.Write(batch, row, destination);

    /// <summary>Appends the example of a row's bytes to a batch.</summary>
    /// <param name="row">What <see cref="Write"/> wrote.</param>
    /// <param name="batch">A batch of the format's schema, or of one like it; as it was before where this throws.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged, or of another schema.</exception>
    public void Append(ReadOnlySpan<byte> row, ExampleBatch batch) => _reader.Append(row, batch);

    /// <summary>
    /// Begins an example in a batch, and writes what a row's bytes say. The caller may then say more or something else by the writer, and
    /// ends the row (<see cref="FeatureBatch.EndRow"/>).
    /// </summary>
    /// <inheritdoc cref="Append" path="/param|/exception" />
    /// <returns>The writer of the row that was begun.</returns>
    public ExampleWriter Begin(ReadOnlySpan<byte> row, ExampleBatch batch) => _reader.Begin(row, batch);
}
