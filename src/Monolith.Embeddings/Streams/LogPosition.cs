using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// A place between two records of a log that can be opened anywhere: a file and a byte, a table and an id, a topic and an offset. The
/// default is the start. Immutable.
/// </summary>
/// <remarks>
/// As a <see cref="StreamPosition"/> it has a byte that tells its form, two numbers of 8 bytes, little endian, and the name.
/// </remarks>
public readonly record struct LogPosition
{
    private const byte Form = 1;
    private const int NumberBytes = 1 + (2 * sizeof(long));

    /// <summary>The longest name of a log: 4,096 bytes in UTF-8.</summary>
    public const int MaxLogBytes = 4096;

    private readonly string? _log;

    /// <summary>Creates a place.</summary>
    /// <param name="log">Which log it is in; up to <see cref="MaxLogBytes"/>, well formed. Empty where there is one alone.</param>
    /// <param name="offset">How far: where the next record begins, by the log's own count. Any number.</param>
    /// <param name="tie">Tells places of one offset apart: for example an id among rows of one time. Any number.</param>
    /// <exception cref="ArgumentException">The name is too long, or has half a surrogate pair.</exception>
    public LogPosition(string log, long offset, long tie = 0)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (log.Length > 0) StoredNames.Require(log, "the log", MaxLogBytes);
        (_log, Offset, Tie) = (log, offset, tie);
    }

    private LogPosition(long offset, string? log) => (_log, Offset, Tie) = (log, offset, 0);

    /// <summary>Which log it is in; empty at the start, or where there is one alone.</summary>
    public string Log => _log ?? "";

    /// <summary>How far, by the log's own count; 0 at the start.</summary>
    public long Offset { get; }

    /// <summary>Tells places of one offset apart; 0 where there are none.</summary>
    public long Tie { get; }

    /// <summary>Whether this is the start.</summary>
    public bool IsStart => this == default;

    /// <summary>Another place in the same log, without a tie.</summary>
    /// <param name="offset">How far; any number.</param>
    public LogPosition At(long offset) => new(offset, _log);

    /// <summary>Reads a position that a <see cref="LogSource{TRecord}"/> made.</summary>
    /// <param name="position">The position.</param>
    /// <exception cref="ArgumentException">Another source made it.</exception>
    public static LogPosition From(StreamPosition position)
    {
        if (position.IsStart) return default;
        var bytes = position.Bytes.Span;
        if (bytes.Length < NumberBytes || bytes.Length > NumberBytes + MaxLogBytes || bytes[0] != Form)
            throw ForeignPosition.Of(position, "this source", ", whose positions hold a name and two numbers");
        return new LogPosition(
            Encoding.UTF8.GetString(bytes[NumberBytes..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[(1 + sizeof(long))..]));
    }

    /// <summary>This place as a position of a stream.</summary>
    public StreamPosition ToStreamPosition()
    {
        if (IsStart) return StreamPosition.Start;
        var bytes = new byte[NumberBytes + Encoding.UTF8.GetByteCount(Log)];
        bytes[0] = Form;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), Offset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1 + sizeof(long)), Tie);
        Encoding.UTF8.GetBytes(Log, bytes.AsSpan(NumberBytes));
        return new StreamPosition(bytes);
    }

    /// <inheritdoc />
    public bool Equals(LogPosition other) => (Log, Offset, Tie) == (other.Log, other.Offset, other.Tie);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Log, Offset, Tie);

    /// <summary>The name and the numbers, as messages show them.</summary>
    public override string ToString()
    {
        if (IsStart) return "the start";
        var numbers = Tie == 0 ? Number(Offset) : $"{Number(Offset)}, {Number(Tie)}";
        return Log.Length == 0 ? $"offset {numbers}" : $"{Log}, offset {numbers}";
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
