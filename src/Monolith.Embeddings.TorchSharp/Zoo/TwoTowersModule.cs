using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// Two towers (Yi et al. 2019, "Sampling-Bias-Corrected Neural Modeling"): a perceptron over the user's vectors and one over the item's,
/// whose outputs are multiplied. Learned by <see cref="InBatchSoftmaxLoss"/>; one logit.
/// </summary>
/// <remarks>
/// logit = u . v / temperature, with u and v the outputs of both perceptrons, of length 1 where they are normalised: the outputs
/// <c>user</c> and <c>item</c>. Without an item tower v is the item's row, and a replica finds the best rows of its table by <c>user</c>,
/// where rows are not normalised.
/// </remarks>
public sealed class TwoTowersModule : nn.Module<TorchInputs, TorchResult>
{
    private readonly string[] _userSlots, _itemSlots;
    private readonly double _temperature;
    private readonly bool _isNormalized, _usesDense;

    [ComponentName(Name = "user")]
    private readonly PerceptronModule _user;

    [ComponentName(Name = "item")]
    private readonly PerceptronModule? _item;

    /// <summary>Creates the module.</summary>
    /// <param name="schema">Its tables have vectors.</param>
    /// <param name="userSlots">The pooled slots of the user, at least one.</param>
    /// <param name="itemSlots">The pooled slots of the item, at least one.</param>
    /// <param name="width">How long both vectors are, at least 1. Null for 32, or for the item's dimension where it has no tower.</param>
    /// <param name="hidden">The width of each hidden layer of both towers. Null for 64.</param>
    /// <param name="hasItemTower">Whether the item has a tower. Default true. False needs one slot of the item.</param>
    /// <param name="usesDense">Whether dense features go into the user's tower. Default false: they are not used.</param>
    /// <param name="temperature">What the dot product is divided by, greater than 0. Default 0.05; 1 fits vectors of any length.</param>
    /// <param name="isNormalized">Whether both vectors are brought to length 1. Default true.</param>
    /// <param name="seed">What the first weights are drawn from.</param>
    /// <exception cref="ArgumentException">The schema cannot be used; the message says why, with slots and dimensions.</exception>
    public TwoTowersModule(
        FeatureSchema schema, IReadOnlyList<string> userSlots, IReadOnlyList<string> itemSlots, int? width = null,
        IReadOnlyList<int>? hidden = null, bool hasItemTower = true, bool usesDense = false, double temperature = 0.05,
        bool isNormalized = true, long seed = 0)
        : base(TorchRuntime.Named(nameof(TwoTowersModule)))
    {
        var user = WidthOf(schema, userSlots, nameof(userSlots)) + (usesDense ? schema.Layout.DenseWidth : 0);
        var item = WidthOf(schema, itemSlots, nameof(itemSlots));
        var outputs = width ?? (hasItemTower ? 32 : item);
        if (!hasItemTower && outputs != item)
        {
            throw new ArgumentException(
                $"An item without a tower has {item} numbers; the user's tower cannot give {outputs}.", nameof(width));
        }
        Widths.RequirePositive(temperature);
        (_userSlots, _itemSlots) = ([.. userSlots], [.. itemSlots]);
        (_temperature, _isNormalized, _usesDense) = (temperature, isNormalized, usesDense && schema.Layout.DenseWidth > 0);
        using var generator = manual_seed(seed);
        _user = new PerceptronModule(user, hidden ?? [64], outputs);
        if (hasItemTower) _item = new PerceptronModule(item, hidden ?? [64], outputs);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override TorchResult forward(TorchInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var user = Join(input, _userSlots);
        user = _user.call(_usesDense ? cat([user, input.Dense], 1) : user);
        var item = Join(input, _itemSlots);
        if (_item is not null) item = _item.call(item);
        if (_isNormalized) (user, item) = (UnitVectors.Of(user), UnitVectors.Of(item));
        return TorchResult.TwoTowers(user, item, _temperature);
    }

    private static Tensor Join(TorchInputs input, string[] slots) =>
        slots.Length == 1 ? input.Slot(slots[0]) : cat([.. slots.Select(slot => input.Slot(slot))], 1);

    private static int WidthOf(FeatureSchema schema, IReadOnlyList<string> slots, string argument)
    {
        ArgumentNullException.ThrowIfNull(slots, argument);
        if (slots.Count == 0) throw new ArgumentException("There is no slot; a tower needs at least one.", argument);
        return slots.Sum(slot => FieldShape.ColumnsOf(schema, slot, argument).Width);
    }
}
