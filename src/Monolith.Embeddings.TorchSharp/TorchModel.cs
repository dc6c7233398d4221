using System.Diagnostics;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.Blocks;
using Monolith.Embeddings.TorchSharp.Learning;
using Monolith.Embeddings.TorchSharp.Running;
using Monolith.Embeddings.TorchSharp.State;
using Monolith.Embeddings.Validation;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// A TorchSharp module of your own as the model of a trainer, replica or predictor. Its <c>forward</c> takes <see cref="TorchInputs"/> and
/// gives logits, [rows, tasks], or a <see cref="TorchResult"/> with more. The embeddings stay in the tables and learn by the optimizers of
/// these; the module's parameters learn by one of the core's as well, or by one of TorchSharp's.
/// </summary>
/// <remarks>
/// <para>
/// On the CPU the embeddings are leaf tensors over the trainer's own blocks, and the backward pass writes their gradients into its blocks:
/// neither is copied. Each batch runs in a dispose scope, so that what <c>forward</c> makes is freed. The module is in training mode while
/// a batch is learned, and in evaluation mode while it predicts.
/// </para>
/// <para>
/// A row whose numbers are absurd is lost alone: one with a logit that is not finite or beyond a million, or with a weight, offset or label
/// that is infinite or beyond 1e9. The others are learned with zeros in its place; it has NaN for logits, and is counted in
/// <see cref="NonFiniteRows"/>. Should the gradients still be absurd, the batch changes nothing and is counted in
/// <see cref="SkippedUpdates"/>.
/// </para>
/// <para>
/// <see cref="Predict"/> may run on any number of threads at once, but not while <see cref="Train"/> or <see cref="Load"/> runs. With one
/// thread (<c>torch.set_num_threads(1)</c>) a batch has the same bits wherever its blocks lie, on one machine and version of libtorch.
/// </para>
/// <para>
/// Not for trimmed or ahead-of-time compiled programs: TorchSharp finds parameters by reflection.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var module = new ClickModule(schema);
/// var model = new TorchModel(schema, module, new() { Name = "clicks", DenseOptimizer = new AdamOptions { LearningRate = 1e-3f } });
/// </code>
/// </example>
[DebuggerDisplay("{Name}, {Tasks.Count} tasks, {WeightCount} weights, step {Step}")]
public sealed partial class TorchModel : OnlineModel
{
    private readonly TorchModelOptions _options;
    private readonly nn.Module _module;
    private readonly ModuleMemory _memory;
    private readonly ModuleWeights _weights;
    private readonly ModuleOptimizer _optimizer;
    private readonly Predictions _predictions;
    private readonly LearningStep _learning;
    private readonly ResultShape _shape;
    private readonly LabelTask _reported;
    private long _step, _nonFiniteRows, _skippedUpdates;
    private bool _isDiverged, _isDisposed;

    /// <summary>Makes a model of a module that gives logits.</summary>
    /// <param name="schema">The schema; it has a task.</param>
    /// <param name="module">
    /// Gives logits of the learned tasks, [rows, tasks]; for one task also [rows]. The model disposes it with itself. It is run once with
    /// two empty rows.
    /// </param>
    /// <param name="options">Null for the defaults. Later changes to them do not reach the model.</param>
    /// <exception cref="ArgumentNullException">Schema or module are null.</exception>
    /// <exception cref="OptionsValidationException">The options cannot be used; its failures list every reason.</exception>
    /// <exception cref="ArgumentException">Parameters or optimizer of the module cannot be used.</exception>
    /// <exception cref="InvalidOperationException">
    /// The module gives another shape or type, or the device that is asked for is not there.
    /// </exception>
    /// <exception cref="DllNotFoundException">The native library of TorchSharp cannot be loaded; the message says what to do.</exception>
    public TorchModel(FeatureSchema schema, nn.Module<TorchInputs, Tensor> module, TorchModelOptions? options = null)
        : this(schema, module, inputs => new TorchResult(module.call(inputs)), options)
    {
    }

    /// <summary>Makes a model of a module that gives logits and other outputs.</summary>
    /// <inheritdoc cref="TorchModel(FeatureSchema, nn.Module{TorchInputs, Tensor}, TorchModelOptions)" path="/param" />
    /// <inheritdoc cref="TorchModel(FeatureSchema, nn.Module{TorchInputs, Tensor}, TorchModelOptions)" path="/exception" />
    public TorchModel(FeatureSchema schema, nn.Module<TorchInputs, TorchResult> module, TorchModelOptions? options = null)
        : this(schema, module, inputs => module.call(inputs), options)
    {
    }

    /// <summary>Makes a model that computes in a given memory.</summary>
    internal TorchModel(FeatureSchema schema, nn.Module<TorchInputs, TorchResult> module, TorchModelOptions? options, ModuleMemory memory)
        : this(schema, module, inputs => module.call(inputs), options, memory)
    {
    }

    private TorchModel(
        FeatureSchema schema, nn.Module module, Func<TorchInputs, TorchResult> forward, TorchModelOptions? options,
        ModuleMemory? memory = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(module);
        TorchRuntime.Require();
        options ??= new TorchModelOptions();
        var errors = new OptionErrors();
        options.CollectErrors(errors);
        var tasks = TaskChoice.Of(schema, options, errors);
        if (errors.Errors.Count > 0)
        {
            throw new OptionsValidationException(
                nameof(TorchModelOptions), typeof(TorchModelOptions), errors.Errors.Select(error => error.ToString()));
        }
        (Schema, Name, _options, _module) = (schema, options.Name, options.Copy(), module);
        _reported = Array.Find(tasks, task => task.Name == options.ReportedTask) ?? tasks[0];
        Tasks = Array.AsReadOnly(tasks);
        _memory = memory ?? ModuleDevice.MemoryOf(module, options.Device);
        _weights = new ModuleWeights(Name, module, _memory.Device);
        var runner = new ModuleRunner(module, forward);
        ResultShape? shape = null;
        runner.Probe(schema, _memory, (result, rows) => shape = new ResultShape(Name, tasks.Length, _memory.Device, result, rows));
        _shape = shape!;
        var writer = new ResultWriter(schema, tasks, _shape.Outputs);
        _optimizer = ModuleOptimizer.Of(_weights, options);
        _predictions = new Predictions(schema, _memory, runner, _shape, writer);
        _learning = new LearningStep(schema, tasks, _options, runner, _shape, writer, _weights, _memory);
    }

    /// <inheritdoc />
    public override string Name { get; }

    /// <inheritdoc />
    public override FeatureSchema Schema { get; }

    /// <summary>The tasks that the model learns, in the schema's order.</summary>
    public IReadOnlyList<LabelTask> Tasks { get; }

    /// <inheritdoc />
    public override LabelTask? ReportedTask => _reported;

    /// <inheritdoc />
    public override IReadOnlyList<ModelOutput> Outputs => _shape.Outputs;

    /// <summary>The module's parameters, by the names of its <c>state_dict</c>.</summary>
    public override IReadOnlyList<DenseParameter> Parameters => _weights.All;

    /// <inheritdoc />
    /// <remarks>Always true: <c>forward</c> is given sequences with their lengths.</remarks>
    public override bool SupportsSequences => true;

    /// <inheritdoc />
    public override bool SupportsGlobalNorm => true;

    /// <inheritdoc />
    public override bool SupportsDenseGradients => true;

    /// <inheritdoc />
    public override bool HasFiniteWeights => !_isDiverged;

    /// <summary>How many dense weights the model has.</summary>
    public long WeightCount => _weights.All.Sum(parameter => (long)parameter.Length);

    /// <summary>How many batches changed the dense weights; saved and loaded with them. May be read from any thread.</summary>
    public long Step => Volatile.Read(ref _step);

    /// <summary>
    /// How many rows were not learned from, because their numbers were not finite or absurd; not saved. May be read from any thread.
    /// </summary>
    public long NonFiniteRows => Volatile.Read(ref _nonFiniteRows);

    /// <summary>
    /// How many batches changed nothing, because their summed gradients were absurd; not saved. May be read from any thread.
    /// </summary>
    public long SkippedUpdates => Volatile.Read(ref _skippedUpdates);

    /// <inheritdoc />
    public override bool SupportsCorrection(LabelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return !Tasks.Any(learned => learned.Name == task.Name) || _options.Loss.SupportsCorrection(task);
    }

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The module gives another shape or type than at first; nothing was written.</exception>
    public override void Predict(in PredictContext context)
    {
        context.RequireFor(this);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (context.Rows > 0) _predictions.Run(in context);
    }

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">
    /// The module or the loss gives another shape or type than is needed, or a parameter has no gradient; nothing was learned.
    /// </exception>
    public override void Train(in TrainContext context)
    {
        context.RequireFor(this);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        context.Gradients.Clear();
        if (_options.Seed is { } seed) manual_seed(StepSeed.Of(seed, _step)).Dispose();
        _optimizer.SetRate(_step);
        try
        {
            var learned = context.Rows > 0 ? _learning.Run(in context) : 0;
            Learn(in context, learned);
            if (context.Rows > 0) Count(in context);
        }
        finally
        {
            // What is still copied when a batch fails reads and writes memory of the model.
            _memory.Complete();
            _weights.ClearGradients();
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (_isDisposed) return;
        _isDisposed = true;
        _learning.Dispose();
        _predictions.Dispose();
        _optimizer.Dispose();
        _module.Dispose();
    }

    private void Learn(in TrainContext context, int learned)
    {
        // The gradients lie in the dispose scope of this call.
        using var scope = NewDisposeScope();
        if (context.IsNormAsked)
        {
            // The trainer is asked even where the dense weights do not learn: the embeddings may.
            var scale = context.ScaleOf(learned > 0 ? _weights.SquaredNorm : 0);
            if (learned > 0 && scale != 1) _weights.ScaleGradients(scale);
        }
        if (context.DenseGradients is { } gradients) _weights.HandBack(gradients, learned);
        else if (learned > 0)
        {
            _optimizer.Step(_step, learned);
            _isDiverged = !(_weights.AreFinite && _optimizer.IsFinite);
            _learning.TellLearned();
            Volatile.Write(ref _step, _step + 1);
        }
    }

    private void Count(in TrainContext context)
    {
        _learning.WriteLost(in context);
        if (_learning.Lost > 0) Interlocked.Add(ref _nonFiniteRows, _learning.Lost);
        if (_learning.IsSkipped) Interlocked.Increment(ref _skippedUpdates);
    }
}
