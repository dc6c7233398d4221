using System.Diagnostics;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>
/// Receives the gradients of a model's dense weights, for the summed loss of a batch, so that something else than the model can step: a
/// server of parameters, for example. Made once, used for every batch. Not thread-safe.
/// </summary>
[DebuggerDisplay("{_parameters.Length} parameters, {Examples} examples")]
public sealed class DenseGradients
{
    private readonly DenseParameter[] _parameters;
    private readonly float[][] _gradients;
    private int _examples;

    /// <summary>Creates room for the gradients of all <see cref="OnlineModel.Parameters"/>.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="NotSupportedException">The model cannot hand gradients back.</exception>
    public DenseGradients(OnlineModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        RequireSupport(model);
        _parameters = [.. model.Parameters];
        _gradients = [.. _parameters.Select(parameter => new float[parameter.Length])];
    }

    /// <summary>
    /// From how many examples the dense weights are to learn; set by the model, after all gradients are written. 0: the weights are to stay
    /// as they are, and the gradients say nothing.
    /// </summary>
    public int Examples
    {
        get => _examples;
        set
        {
            OutOfRange.ThrowIfLess(value, 0);
            _examples = value;
        }
    }

    /// <summary>The gradient of one parameter, [its length].</summary>
    /// <param name="parameter">One of the model's <see cref="OnlineModel.Parameters"/>.</param>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public Span<float> Of(DenseParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        var index = Array.IndexOf(_parameters, parameter);
        return index >= 0 ? _gradients[index] : throw new ArgumentException(
            $"'{parameter.Name}' is a parameter of another model than these gradients were made for.", nameof(parameter));
    }

    /// <exception cref="NotSupportedException">The model cannot hand gradients back.</exception>
    internal static void RequireSupport(OnlineModel model)
    {
        if (model.SupportsDenseGradients) return;
        throw new NotSupportedException(
            $"The model '{model.Name}' cannot hand the gradients of its dense weights back: "
            + $"its {nameof(OnlineModel.SupportsDenseGradients)} is false. "
            + "Let it step by itself, or use a model that can.");
    }
}
