using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>How <see cref="InBatchSoftmax"/> and <see cref="SampledSoftmax"/> score and correct.</summary>
public sealed class SoftmaxOptions : IValidatedOptions
{
    /// <summary>The lowest temperature: 0.0001.</summary>
    public const float MinTemperature = 1e-4f;

    /// <summary>The highest temperature: 10,000.</summary>
    public const float MaxTemperature = 1e4f;

    /// <summary>
    /// What dot products are divided by, before they are corrected; <see cref="MinTemperature"/> to <see cref="MaxTemperature"/>. Default
    /// 1; vectors of length 1 want about 0.05.
    /// </summary>
    public float Temperature { get; set; } = 1;

    /// <summary>What is corrected. Default <see cref="SoftmaxCorrection.AllLogits"/>.</summary>
    public SoftmaxCorrection Correction { get; set; }

    /// <summary>
    /// Whether an item that several rows of a batch have counts once among the negatives of another row, and is corrected by the
    /// probability that it is among them at all, 1 - (1 - Q)^(rows - 1). False counts it each time, and corrects by Q. Default true: the
    /// smaller variance. For <see cref="InBatchSoftmax"/> alone.
    /// </summary>
    public bool MaskRepeats { get; set; } = true;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(Temperature), Temperature, MinTemperature, MaxTemperature);
        errors.Require(Enum.IsDefined(Correction), nameof(Correction), $"{Correction} is not a correction.");
    }

    internal SoftmaxOptions Copy() => (SoftmaxOptions)MemberwiseClone();
}
