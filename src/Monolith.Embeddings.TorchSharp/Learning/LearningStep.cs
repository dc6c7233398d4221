using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.Blocks;
using Monolith.Embeddings.TorchSharp.Running;
using Monolith.Embeddings.TorchSharp.State;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Learning;

/// <summary>
/// Forward, loss and backward of a batch, up to the gradients: nothing of the model changes. Rows whose numbers are absurd are taken out,
/// and the others learned without them. Not thread-safe.
/// </summary>
internal sealed class LearningStep : IDisposable
{
    private const float LargestLogit = 1e6f;

    // Each attempt takes rows out. A batch that is still absurd then is left out as a whole.
    private const int MostAttempts = 4;

    private readonly TorchModelOptions _options;
    private readonly ModuleRunner _runner;
    private readonly ResultShape _shape;
    private readonly ResultWriter _writer;
    private readonly ModuleWeights _weights;
    private readonly InputTensors _tensors;
    private readonly TargetTensors _targetTensors;
    private readonly TorchTargets _targets;
    private readonly LabelTask[] _tasks;
    private readonly LostRows _lost = new();

    public LearningStep(
        FeatureSchema schema, LabelTask[] tasks, TorchModelOptions options, ModuleRunner runner, ResultShape shape, ResultWriter writer,
        ModuleWeights weights, ModuleMemory memory)
    {
        (_options, _runner, _shape, _writer, _weights, _tasks) = (options, runner, shape, writer, weights, tasks);
        _tensors = new InputTensors(schema, memory);
        float[] factors = [.. tasks.Select(task => options.TaskWeights.TryGetValue(task.Name, out var weight) ? weight : 1)];
        _targetTensors = new TargetTensors(tasks, factors, memory);
        _targets = new TorchTargets(_targetTensors, Array.AsReadOnly(tasks));
    }

    /// <summary>How many rows of the last batch were lost.</summary>
    public int Lost => _lost.Count;

    /// <summary>Whether the last batch was left out, because its summed gradients were absurd.</summary>
    public bool IsSkipped { get; private set; }

    /// <summary>Computes a batch; the gradients of dense weights are left at the parameters.</summary>
    /// <param name="context">The batch, of at least one row.</param>
    /// <returns>How many rows the dense weights are to learn from.</returns>
    public int Run(in TrainContext context)
    {
        IsSkipped = false;
        _lost.Begin(context.Rows);
        var learned = Learned(context.Examples);
        _tensors.Bind(context.Inputs, context.Examples, context.Gradients);
        var isTold = false;
        if (_options.ScoresInEvaluationMode) Score(in context, ref isTold);
        _runner.Train();
        for (var attempt = 1; ; attempt++)
        {
            using var scope = NewDisposeScope();
            var lostBefore = _lost.Count;
            var clean = lostBefore > 0 ? new CleanInputs(_tensors.Inputs, _lost) : null;
            var result = Forward(clean, in context);
            if (_lost.Count > lostBefore && attempt < MostAttempts) continue;
            Tell(in context, ref isTold);
            if (lostBefore > 0) learned = Learned(context.Examples);
            if (learned == 0) return 0;
            Backward(result, clean, context.Examples);
            Return(clean, context.Gradients);
            LoseByGradients(context.Gradients);
            if (_lost.Count == lostBefore && _weights.AreGradientsSound) return learned;
            _weights.ClearGradients();
            context.Gradients.Clear();
            if (_lost.Count > lostBefore && attempt < MostAttempts) continue;
            IsSkipped = true;
            return 0;
        }
    }

    /// <summary>Tells the loss that the last batch was learned.</summary>
    public void TellLearned() => _options.Loss.OnLearned(_targets);

    /// <summary>Writes NaN for the logits and outputs of lost rows.</summary>
    public void WriteLost(in TrainContext context) => _writer.WriteLost(_lost, context.Logits, context.Outputs);

    public void Dispose()
    {
        _tensors.Dispose();
        _targetTensors.Dispose();
    }

    private static void Tell(in TrainContext context, ref bool isTold)
    {
        if (isTold) return;
        context.ForwardDone();
        isTold = true;
    }

    // Rows may have been lost since.
    private int Learned(ExampleBatch examples)
    {
        var labelled = _targetTensors.Fill(examples, _lost);
        return _options.Loss.NeedsLabels ? labelled : examples.Rows - _lost.Count;
    }

    private void Score(in TrainContext context, ref bool isTold)
    {
        _runner.Evaluate();
        using var unobserved = no_grad();
        using var scope = NewDisposeScope();
        var result = _runner.Run(_tensors.Inputs);
        _shape.Require(result, context.Rows);
        _writer.Write(result, context.Logits, context.Outputs);
        Tell(in context, ref isTold);
    }

    private TorchResult Forward(CleanInputs? clean, in TrainContext context)
    {
        var result = _runner.Run(clean?.Inputs ?? _tensors.Inputs);
        _shape.Require(result, context.Rows);
        if (!_options.ScoresInEvaluationMode) _writer.Write(result, context.Logits, context.Outputs);
        _writer.LoseAbsurd(result, _lost, LargestLogit);
        return result;
    }

    private void Backward(TorchResult result, CleanInputs? clean, ExampleBatch examples)
    {
        (_targets.Inputs, _targets.Examples) = (clean?.Inputs ?? _tensors.Inputs, examples);
        var loss = _options.Loss.Compute(result, _targets);
        RequireLoss(loss);
        _weights.ClearGradients();
        loss.backward();
        _weights.RequireGradients(_options.AllowsUnusedParameters);
    }

    private void Return(CleanInputs? clean, FeatureBlocks gradients)
    {
        if (clean is null) _tensors.ReturnGradients();
        else clean.ReturnGradients(gradients, _lost);
    }

    private void LoseByGradients(FeatureBlocks gradients)
    {
        var layout = gradients.Layout;
        for (var i = 0; i < layout.Segments.Count; i++) _lost.LoseAbsurd(gradients.Block(layout.Segments[i]), float.MaxValue);
        for (var i = 0; i < layout.Sequences.Count; i++) _lost.LoseAbsurd(gradients.Sequence(layout.Sequences[i]), float.MaxValue);
    }

    private void RequireLoss(Tensor loss)
    {
        if (loss is null || loss.numel() != 1 || loss.dtype != ScalarType.Float32)
        {
            throw new InvalidOperationException($"The loss of the model '{_options.Name}' must be one number of the type "
                + $"{ScalarType.Float32}, the sum over the batch; it is "
                + $"{(loss is null ? "null" : $"{loss.dtype} of the shape {Shapes.TextOf(loss)}")}. Nothing was learned.");
        }
        if (loss.requires_grad) return;
        throw new InvalidOperationException($"The loss of the model '{_options.Name}' depends on no parameter and no input: the module "
            + "detaches what it gives, or runs without gradients. Nothing was learned.");
    }
}
