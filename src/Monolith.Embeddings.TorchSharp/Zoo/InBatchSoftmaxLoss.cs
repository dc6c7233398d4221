using System.Runtime.InteropServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Sketches;
using Monolith.Embeddings.TorchSharp.Zoo;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// The softmax loss of <see cref="TorchResult.TwoTowers"/> whose negatives are the other rows' items, corrected for how often each is
/// chosen: the loss of <see cref="InBatchSoftmax"/>, on tensors. One object a model; not thread-safe.
/// </summary>
/// <remarks>
/// A row is learned from where the label of the first task is above 0.5 and the item's slot has one id; other rows are no negatives either.
/// How often an item is chosen is counted while learning, of batches before the present one; the counts are part of the model's commits.
/// </remarks>
public sealed class InBatchSoftmaxLoss : TorchLoss
{
    private const double Masked = -1e30;

    private readonly string _item;
    private readonly FrequencySketch? _counts;
    private readonly SoftmaxCorrection _correction;
    private readonly bool _masksRepeats;

    /// <summary>Creates a loss.</summary>
    /// <param name="item">The slot whose id says which item a row has.</param>
    /// <param name="counts">How choices are counted; null for the defaults.</param>
    /// <param name="isCorrected">Whether scores are corrected at all. Default true.</param>
    /// <param name="correction">What is corrected. Default <see cref="SoftmaxCorrection.AllLogits"/>.</param>
    /// <param name="masksRepeats">As <see cref="SoftmaxOptions.MaskRepeats"/>. Default true.</param>
    public InBatchSoftmaxLoss(
        string item = "item", FrequencySketchOptions? counts = null, bool isCorrected = true,
        SoftmaxCorrection correction = SoftmaxCorrection.AllLogits, bool masksRepeats = true)
    {
        ArgumentNullException.ThrowIfNull(item);
        (_item, _correction, _masksRepeats) = (item, correction, masksRepeats);
        _counts = isCorrected ? new FrequencySketch(counts) : null;
    }

    /// <inheritdoc />
    /// <exception cref="KeyNotFoundException">The module gives no vectors, or there is no slot of the item's name.</exception>
    public override Tensor Compute(TorchResult result, TorchTargets targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        var (users, items) = (result.Output(TorchResult.UserName), result.Output(TorchResult.ItemName));
        var dots = users.mm(items.t()).Over(result.Temperature > 0 ? result.Temperature : 1);
        var (isLearned, own) = (IsLearned(targets), eye(dots.size(0), dtype: ScalarType.Bool, device: dots.device));
        var logits = dots;
        if (_counts is not null)
        {
            var corrected = dots - Corrections(targets, isLearned).unsqueeze(0);
            logits = _correction == SoftmaxCorrection.NegativesOnly ? where(own, dots, corrected) : corrected;
        }
        logits = logits.Filled(IsHidden(targets, isLearned).logical_and(own.logical_not()), Masked);
        var losses = logits.logsumexp(1) - logits.diagonal();
        return (losses * targets.Weights.select(1, 0) * isLearned).sum();
    }

    /// <inheritdoc />
    public override void OnLearned(TorchTargets targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (_counts is null) return;
        using var scope = NewDisposeScope();
        var isLearned = IsLearned(targets).cpu().contiguous();
        var flags = MemoryMarshal.Cast<byte, bool>(isLearned.bytes);
        var slot = SlotOf(targets.Examples);
        var ids = targets.Examples.Ids(slot);
        var offsets = targets.Examples.Offsets(slot);
        for (var row = 0; row < flags.Length; row++)
        {
            if (flags[row]) _counts.Add(ids.Slice(offsets[row], 1));
        }
    }

    /// <inheritdoc />
    public override byte[]? SaveState() => _counts?.Save();

    /// <inheritdoc />
    public override void LoadState(ReadOnlySpan<byte> state) => _counts?.Load(state);

    private Tensor IsLearned(TorchTargets targets) => targets.Weights.select(1, 0).IsAbove(0)
        .logical_and(targets.Labels.select(1, 0).IsAbove(0.5)).logical_and(targets.Inputs.IdCounts(_item).Is(1));

    // In a row: its own item elsewhere, what is not learned, and repeats except the first.
    private Tensor IsHidden(TorchTargets targets, Tensor isLearned)
    {
        var ids = targets.Inputs.Ids(_item).select(1, 0);
        var isSame = ids.unsqueeze(1).eq(ids.unsqueeze(0));
        var isOut = isLearned.logical_not();
        if (_masksRepeats) isOut = isOut.logical_or(isSame.logical_and(isLearned.unsqueeze(0)).tril(-1).any(1));
        return isSame.logical_or(isOut.unsqueeze(0));
    }

    // What is subtracted from the score of each item, [rows]; the other learned rows are the draws.
    private Tensor Corrections(TorchTargets targets, Tensor isLearned)
    {
        var draws = isLearned.sum().Minus(1).AtLeast(1).to(ScalarType.Float64);
        var logShares = LogShares(targets).to(isLearned.device).to(ScalarType.Float64);
        // Of an item that counts once: ln(1 - (1 - Q)^draws), the chance that it is there at all.
        if (_masksRepeats) logShares = ((-logShares.exp()).log1p() * draws).expm1().neg().log();
        else if (_correction == SoftmaxCorrection.NegativesOnly) logShares = logShares + draws.log();
        return logShares.to(ScalarType.Float32);
    }

    private Tensor LogShares(TorchTargets targets)
    {
        var slot = SlotOf(targets.Examples);
        var ids = targets.Examples.Ids(slot);
        var offsets = targets.Examples.Offsets(slot);
        var shares = zeros(targets.Examples.Rows);
        var values = MemoryMarshal.Cast<byte, float>(shares.bytes);
        for (var row = 0; row < values.Length; row++)
        {
            if (offsets[row + 1] - offsets[row] == 1) _counts!.EstimateLogQ(ids.Slice(offsets[row], 1), values.Slice(row, 1));
        }
        return shares;
    }

    private FeatureSlot SlotOf(ExampleBatch examples) => examples.Schema.Slots.Single(slot => slot.Name == _item);
}
