using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Estimates how many steps lie between two sightings of an id (Yi et al. 2019, algorithm 2): b = (1 - lr) b + lr (step - last); last =
/// step; once for an id and step. The weight b corrects a logit for the bias of sampling from batches: logit + ln max(b, 1). Gradients are
/// not looked at, but an id must have one to be seen. A new row has last = step and b = step / occurrences so far. An assigned one keeps
/// its b, and its first sighting only starts the clock. Steps must be handed to the table; an earlier one changes nothing. State: last, as
/// the bits of one 64-bit integer in two floats, which no precision rounds. Immutable; thread-safe.
/// </summary>
public sealed class IdInterval : Optimizer
{
    // Its bits are two zeros as floats.
    private const long NeverSeen = long.MinValue;

    private readonly LearningRate _rate;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public IdInterval(IdIntervalOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _rate = new LearningRate(options);
    }

    /// <inheritdoc />
    public override string Name => "id-interval";

    /// <inheritdoc />
    public override bool UsesOccurrences => true;

    /// <inheritdoc />
    public override int StateLength(int dimension) => sizeof(long) / sizeof(float);

    /// <inheritdoc />
    public override int ExactStateLength(int dimension) => StateLength(dimension);

    /// <inheritdoc />
    public override void Begin(Span<float> weights, Span<float> state, in RowBirth birth)
    {
        weights[0] = (float)((double)birth.Step / Math.Max(1, birth.Occurrences));
        Write(state, birth.Step);
    }

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => Write(state, NeverSeen);

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        var last = BinaryPrimitives.ReadInt64LittleEndian(MemoryMarshal.AsBytes(state));
        if (context.Step <= last) return;
        if (last != NeverSeen) IdIntervalRule.Step(ref weights[0], _rate.At(context.Step), context.Step - last);
        Write(state, context.Step);
    }

    private static void Write(Span<float> state, long last) => BinaryPrimitives.WriteInt64LittleEndian(MemoryMarshal.AsBytes(state), last);
}
