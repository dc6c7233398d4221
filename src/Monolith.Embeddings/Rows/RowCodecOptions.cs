using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Rows;

/// <summary>A format of <see cref="RowFormat"/> with its parameters.</summary>
public sealed class RowCodecOptions : IValidatedOptions
{
    // So that a step, which is a 128th of it, has full precision.
    private const float SmallestRange = 1e-30f;

    /// <summary>The format. Default: <see cref="RowFormat.Int8"/>.</summary>
    public RowFormat Format { get; set; } = RowFormat.Int8;

    /// <summary>
    /// For <see cref="RowFormat.FixedR8"/>: weights from -r to 127 r / 128 can be written. 1e-30 to the largest float, default 1.
    /// </summary>
    public float Range { get; set; } = 1;

    /// <summary>For <see cref="RowFormat.OneBit"/>: the magnitude that all weights get. Finite, at least 0, default 0.05.</summary>
    public float Amplitude { get; set; } = 0.05f;

    /// <summary>Creates the codec. Later changes to these options do not reach it.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// A value cannot be used; all that cannot are listed.
    /// </exception>
    public RowCodec Create()
    {
        OptionErrors.ThrowIfInvalid(this);
        return Format switch
        {
            RowFormat.Float32 => new Float32Codec(),
            RowFormat.Float16 => new Float16Codec(),
            RowFormat.Int8 => new Int8Codec(),
            RowFormat.FixedR8 => new FixedR8Codec(Range),
            _ => new OneBitCodec(Amplitude),
        };
    }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.Require(Enum.IsDefined(Format), nameof(Format), $"{Format} is none of {string.Join(", ", Enum.GetNames<RowFormat>())}.");
        errors.InRange(nameof(Range), Range, SmallestRange, float.MaxValue);
        errors.InRange(nameof(Amplitude), Amplitude, 0, float.MaxValue);
    }
}
