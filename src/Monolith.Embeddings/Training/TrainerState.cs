using System.Text;
using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training;

/// <summary>What a trainer knows beside its tables and its model, as bytes of a snapshot's section. Immutable.</summary>
internal sealed record TrainerState
{
    /// <summary>The name of the section.</summary>
    public const string Section = "trainer";

    // Version 1 had no counts but the clamped times, and no watermark on trial.
    private const int Version = 2;

    public required long Examples { get; init; }

    public required long Steps { get; init; }

    public required StreamPosition Position { get; init; }

    public required EventClockState Clock { get; init; }

    /// <summary>When the next eviction is due, see <see cref="EvictionSchedule.Due"/>.</summary>
    public required long EvictionDue { get; init; }

    public byte[] Save(ProgressiveMetrics metrics)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(Examples);
        writer.Write(Steps);
        writer.Write(Position.Bytes.Length);
        writer.Write(Position.Bytes.Span);
        writer.Write(Clock.Newest);
        writer.Write(Clock.Doubted);
        writer.Write(Clock.Witnesses);
        writer.Write(Clock.Counts.Clamped);
        writer.Write(EvictionDue);
        writer.Write(Clock.Ahead);
        writer.Write(Clock.Confirmed);
        writer.Write(Clock.Support);
        writer.Write(Clock.Counts.Future);
        writer.Write(Clock.Counts.Late);
        writer.Write(Clock.Counts.Implausible);
        metrics.Save(writer);
        return memory.ToArray();
    }

    /// <exception cref="InvalidDataException">These are not the bytes of a trainer of this schema.</exception>
    public static TrainerState Load(ReadOnlyMemory<byte> bytes, ProgressiveMetrics metrics)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes.ToArray()), Encoding.UTF8);
            var version = reader.ReadInt32();
            if (version is < 1 or > Version)
                throw new InvalidDataException($"The state of a trainer is of version {version}; known are 1 to {Version}.");
            var state = new TrainerState
            {
                Examples = reader.ReadInt64(),
                Steps = reader.ReadInt64(),
                Position = new StreamPosition(ReadPosition(reader)),
                Clock = new EventClockState(
                    reader.ReadInt64(), reader.ReadInt64(), 0, 0, reader.ReadInt32(), EventClockState.Settled,
                    new() { Clamped = reader.ReadInt64(), Future = 0, Late = 0, Implausible = 0 }),
                EvictionDue = reader.ReadInt64(),
            };
            state = state with { Clock = version > 1 ? ReadRest(reader, state.Clock) : state.Clock with { Ahead = state.Clock.Doubted } };
            metrics.Load(reader);
            return state;
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException("The state of a trainer ends too early.", exception);
        }
    }

    private static EventClockState ReadRest(BinaryReader reader, EventClockState clock)
    {
        clock = clock with { Ahead = reader.ReadInt64(), Confirmed = reader.ReadInt64(), Support = reader.ReadInt32() };
        return clock with
        {
            Counts = new()
            {
                Clamped = clock.Counts.Clamped,
                Future = reader.ReadInt64(),
                Late = reader.ReadInt64(),
                Implausible = reader.ReadInt64()
            }
        };
    }

    private static byte[] ReadPosition(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        var left = reader.BaseStream.Length - reader.BaseStream.Position;
        return length >= 0 && length <= left ? reader.ReadBytes(length) : throw new InvalidDataException($"A position of {length} bytes, of which {left} are there.");
    }
}
