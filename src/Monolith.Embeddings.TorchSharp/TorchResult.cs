using Monolith.Embeddings.TorchSharp.Zoo;
using Monolith.Embeddings.Validation;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>What a module computes of a batch: logits, and whatever else it puts out, each by a name.</summary>
/// <remarks>
/// The names and widths must be the same at each call. A model declares the outputs as its <see cref="Models.OnlineModel.Outputs"/>, so
/// that a replica hands them out, and passes them to its <see cref="TorchLoss"/>.
/// </remarks>
public readonly struct TorchResult
{
    /// <summary>The name of the users' vectors in a result of two towers.</summary>
    public const string UserName = "user";

    /// <summary>The name of the items' vectors in a result of two towers.</summary>
    public const string ItemName = "item";

    private readonly (string Name, Tensor Values)[]? _outputs;
    private readonly (string Name, Tensor Values)[]? _parts;

    /// <summary>Creates a result.</summary>
    /// <param name="logits">[rows, learned tasks] of floats; of one task also [rows].</param>
    /// <param name="outputs">Names, and values of [rows, width] or [rows], floats.</param>
    public TorchResult(Tensor logits, params (string Name, Tensor Values)[] outputs)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(outputs);
        (Logits, _outputs) = (logits, outputs);
    }

    private TorchResult(TorchResult result, (string Name, Tensor Values)[] parts, double? temperature = null)
    {
        (Logits, _outputs, _parts) = (result.Logits, result._outputs, parts);
        Temperature = temperature ?? result.Temperature;
    }

    /// <summary>The logits, [rows, learned tasks]; of one task also [rows].</summary>
    public Tensor Logits { get; }

    /// <summary>What dot products of <see cref="TwoTowers"/> were divided by; 0 in other results.</summary>
    public double Temperature { get; }

    /// <summary>What else was computed; none in most modules.</summary>
    public IReadOnlyList<(string Name, Tensor Values)> Outputs => Values;

    internal (string Name, Tensor Values)[] Values => _outputs ?? [];

    /// <summary>
    /// The result of two towers: outputs <c>user</c> and <c>item</c>, and as logits of one task their dot products by a temperature.
    /// </summary>
    /// <param name="user">The users' vectors, [rows, width].</param>
    /// <param name="item">The items' vectors, [rows, width].</param>
    /// <param name="temperature">Greater than 0. Default 1.</param>
    /// <exception cref="ArgumentException">The shapes differ, or are not [rows, width]; the message holds them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not a finite number greater than 0.</exception>
    public static TorchResult TwoTowers(Tensor user, Tensor item, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(item);
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw OutOfRange.Of(nameof(temperature), temperature, $"{temperature:R} is not a finite number greater than 0.");
        if (user.dim() != 2 || !Shapes.AreSame(user, item))
        {
            throw new ArgumentException(
                $"Both towers must give [rows, width]; they give {Shapes.TextOf(user)} and {Shapes.TextOf(item)}.", nameof(item));
        }
        using var products = user * item;
        using var sums = products.sum(1, keepdim: true);
        return new TorchResult(new TorchResult(sums.Over(temperature), (UserName, user), (ItemName, item)), [], temperature);
    }

    /// <summary>The values of an output.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">There is none of the name; the message lists those that there are.</exception>
    public Tensor Output(string name) => Find(Values, name, "puts out");

    /// <summary>
    /// The same result with tensors for the loss alone, such as a score for each position of a sequence. They may have any shape and type,
    /// are neither outputs of the model nor checked, and may be left out where the module is not in training mode.
    /// </summary>
    /// <param name="parts">Names, and tensors with their graph. They replace those that were given before.</param>
    public TorchResult ForLoss(params (string Name, Tensor Values)[] parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return new TorchResult(this, parts);
    }

    /// <summary>A tensor that the module gave for the loss (<see cref="ForLoss"/>).</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">There is none of the name; the message lists those that there are.</exception>
    public Tensor Part(string name) => Find(_parts ?? [], name, "gives the loss");

    private static Tensor Find((string Name, Tensor Values)[] all, string name, string verb)
    {
        foreach (var (other, values) in all)
        {
            if (other == name) return values;
        }
        throw new KeyNotFoundException($"The module {verb} no '{name}', but: "
            + $"{string.Join(", ", all.Select(other => $"'{other.Name}'").DefaultIfEmpty("nothing"))}.");
    }
}
