using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Training.Schedules;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>What a trainer knows beside its tables and its model, as bytes of a snapshot's section. Immutable.</summary>
internal sealed record TrainerState
{
    /// <summary>The name of the section.</summary>
    public const string Section = "trainer";

    // Version 1 had no counts but the clamped times, and no watermark on trial; version 2 no schedules but when to evict.
    private const int Version = 3, FirstWithSchedules = 3;

    public required long Examples { get; init; }

    public required long Steps { get; init; }

    public required StreamPosition Position { get; init; }

    public required EventClockState Clock { get; init; }

    /// <summary>How the schedules stand; none before version 3.</summary>
    public required IReadOnlyList<ScheduleState> Schedules { get; init; }

    /// <summary>
    /// Before version 3: the event time at which the next eviction is due, the least number before the first; null since.
    /// </summary>
    public long? EvictionDue { get; init; }

    public byte[] Save(ProgressiveMetrics metrics)
    {
        var fields = new FieldWriter();
        fields.Int32(Version);
        fields.Int64(Examples);
        fields.Int64(Steps);
        fields.Int32(Position.Bytes.Length);
        fields.Bytes(Position.Bytes.Span);
        fields.Int64(Clock.Newest);
        fields.Int64(Clock.Doubted);
        fields.Int32(Clock.Witnesses);
        fields.Int64(Clock.Counts.Clamped);
        fields.Int64(Clock.Ahead);
        fields.Int64(Clock.Confirmed);
        fields.Int32(Clock.Support);
        fields.Int64(Clock.Counts.Future);
        fields.Int64(Clock.Counts.Late);
        fields.Int64(Clock.Counts.Implausible);
        ScheduleState.SaveAll(Schedules, fields);
        metrics.Save(fields);
        return fields.Written.ToArray();
    }

    /// <exception cref="InvalidDataException">These are not the bytes of a trainer of this schema.</exception>
    public static TrainerState Load(ReadOnlyMemory<byte> bytes, ProgressiveMetrics metrics)
    {
        try
        {
            var fields = new FieldReader(bytes.Span);
            var version = fields.Int32();
            if (version is < 1 or > Version) throw new FormatException($"It is of version {version}; known are 1 to {Version}.");
            var state = new TrainerState
            {
                Examples = fields.Int64(),
                Steps = fields.Int64(),
                Position = new StreamPosition(fields.Bytes(fields.UInt32()).ToArray()),
                Clock = new EventClockState(
                    fields.Int64(), fields.Int64(), 0, 0, fields.Int32(), EventClockState.Settled,
                    new() { Clamped = fields.Int64(), Future = 0, Late = 0, Implausible = 0 }),
                EvictionDue = version < FirstWithSchedules ? fields.Int64() : null,
                Schedules = [],
            };
            state = state with
            {
                Clock = version > 1 ? ReadRest(ref fields, state.Clock) : state.Clock with { Ahead = state.Clock.Doubted }
            };
            if (version >= FirstWithSchedules) state = state with { Schedules = ScheduleState.LoadAll(ref fields) };
            metrics.Load(ref fields);
            return state;
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"The state of the trainer cannot be read. {exception.Message}", exception);
        }
    }

    private static EventClockState ReadRest(ref FieldReader fields, EventClockState clock)
    {
        clock = clock with { Ahead = fields.Int64(), Confirmed = fields.Int64(), Support = fields.Int32() };
        return clock with
        {
            Counts = new()
            {
                Clamped = clock.Counts.Clamped,
                Future = fields.Int64(),
                Late = fields.Int64(),
                Implausible = fields.Int64()
            }
        };
    }
}
