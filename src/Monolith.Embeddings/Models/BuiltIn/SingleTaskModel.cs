using System.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models.Graph;
using Monolith.Embeddings.Models.Sections;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Models;

/// <summary>
/// What the built-in models have in common: they run on the CPU, predict one label of 0 to 1 by the logistic function, and learn by the
/// gradient of its log-loss.
/// </summary>
/// <remarks>
/// <para>Of a schema with several tasks a model learns one; the logits of the others are NaN.</para>
/// <para>
/// In training, a row whose numbers are absurd is lost alone: it has no loss, gradients of 0 and NaN for a logit, and is counted in <see
/// cref="NonFiniteRows"/>. That is a row whose logit is not finite (its input holds NaN or infinity, or overflows) or beyond a million, a
/// gradient of which is not finite, or beyond 1e9 for the logit (an absurd weight of an example), or which makes the gradient of a dense
/// weight greater than 1e18. Should the summed gradient of the dense weights still not be finite, they stay as they were, and the batch is
/// counted in <see cref="SkippedUpdates"/>. A batch in which no row has a loss changes nothing.
/// </para>
/// <para>
/// The results have the same bits on every machine, at any vector width and number of threads. Nothing is allocated a batch once the
/// buffers have grown to the largest one.
/// </para>
/// <para>
/// <see cref="OnlineModel.Predict"/> may run on any number of threads at once, but not while <see cref="OnlineModel.Train"/> or
/// <see cref="OnlineModel.Load(ModelSections)"/> runs.
/// </para>
/// </remarks>
[DebuggerDisplay("{Name}, task {Task.Name}, {WeightCount} weights, step {Step}")]
public abstract class SingleTaskModel : OnlineModel
{
    private readonly ModelGraph _graph;
    private readonly WorkspacePool _workspaces;
    private readonly SegmentLayout[] _unused;
    private readonly IReadOnlyList<DenseParameter> _parameters;
    private long _nonFiniteRows, _skippedUpdates, _step;
    private bool _isDiverged;

    private protected SingleTaskModel(ModelGraph graph, OnlineModelOptions options)
    {
        _graph = graph;
        _parameters = Array.AsReadOnly<DenseParameter>([.. graph.Parameters]);
        _workspaces = new WorkspacePool(graph, options.MaxDegreeOfParallelism);
        _unused = [.. Schema.Layout.Segments.Where(s => s != graph.Inputs.Bias && s != graph.Inputs.Vector)];
    }

    /// <inheritdoc />
    public sealed override FeatureSchema Schema => _graph.Inputs.Schema;

    /// <inheritdoc />
    public sealed override bool SupportsGlobalNorm => true;

    /// <inheritdoc />
    public sealed override bool SupportsDenseGradients => true;

    /// <inheritdoc />
    public sealed override IReadOnlyList<DenseParameter> Parameters => _parameters;

    /// <inheritdoc />
    public sealed override LabelTask? ReportedTask => Task;

    /// <summary>The task that the model learns.</summary>
    public LabelTask Task => _graph.Inputs.Task;

    /// <summary>How many dense weights the model has.</summary>
    public long WeightCount => _graph.Parameters.Sum(p => (long)p.Weights.Length);

    /// <summary>How many batches changed the dense weights; saved and loaded with them. May be read from any thread.</summary>
    public long Step => Volatile.Read(ref _step);

    /// <summary>
    /// How many rows were not learned from, because their numbers were not finite or absurd; not saved. May be read from any thread.
    /// </summary>
    public long NonFiniteRows => Volatile.Read(ref _nonFiniteRows);

    /// <summary>
    /// How many batches did not change the dense weights, because their summed gradients were not finite; not saved. May be read from any
    /// thread.
    /// </summary>
    public long SkippedUpdates => Volatile.Read(ref _skippedUpdates);

    /// <inheritdoc />
    public sealed override bool HasFiniteWeights => !_isDiverged;

    internal ModelGraph Graph => _graph;

    /// <summary>Runs everything on the calling thread (false), shares everything (true), or decides by the amount of work (null).</summary>
    internal bool? ForceParallel
    {
        set => _workspaces.ForceParallel = value;
    }

    /// <inheritdoc />
    public sealed override void Predict(in PredictContext context)
    {
        context.RequireFor(this);
        var space = _workspaces.Rent();
        try
        {
            Prepare(space, context.Inputs, isTraining: false);
            space.SharedWidth = _graph.Inputs.SharedWidth(context.Batch);
            _graph.Perceptron?.PrepareForward(space);
            _workspaces.RunRows(space, space.PredictWork);
            WriteLogits(space, context.Logits);
        }
        finally
        {
            _workspaces.Return(space);
        }
    }

    /// <inheritdoc />
    public sealed override void Train(in TrainContext context)
    {
        context.RequireFor(this);
        foreach (var segment in _unused) context.Gradients.Block(segment).Clear();
        var space = _workspaces.Rent();
        try
        {
            Prepare(space, context.Inputs, isTraining: true);
            (space.Examples, space.Gradients) = (context.Examples, context.Gradients);
            _graph.Perceptron?.PrepareBackward();
            RunRows(space, in context);
            Learn(space, in context);
            WriteLogits(space, context.Logits);
        }
        finally
        {
            _workspaces.Return(space);
        }
    }

    /// <inheritdoc />
    public sealed override void Save(ModelSections sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        sections.AddNumber(BuiltInSections.Step, SectionRole.TrainingState, _step);
        foreach (var parameter in _graph.Parameters) parameter.Save(sections);
    }

    /// <inheritdoc />
    public sealed override void Load(ModelSections sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        var step = sections.Number(BuiltInSections.Step);
        if (step < 0) throw new InvalidDataException($"The model's step is {step}.");
        foreach (var parameter in _graph.Parameters) parameter.Check(sections);
        sections.RequireAllRead();
        foreach (var parameter in _graph.Parameters) parameter.Take(sections);
        Volatile.Write(ref _step, step);
        _isDiverged = !AreWeightsFinite();
    }

    // Each row's layers stay in the cache when both halves run in one pass; the bits are the same either way.
    private void RunRows(Workspace space, in TrainContext context)
    {
        if (!context.IsForwardObserved)
        {
            _workspaces.RunRows(space, space.LearnWork);
            return;
        }
        _workspaces.RunRows(space, space.PredictWork);
        context.ForwardDone();
        _workspaces.RunRows(space, space.BackwardWork);
    }

    private void Prepare(Workspace space, FeatureBlocks inputs, bool isTraining)
    {
        space.Resize(_graph.Inputs, inputs.Rows, isTraining);
        (space.Blocks, space.SharedWidth) = (inputs, 0);
    }

    private void Learn(Workspace space, in TrainContext context)
    {
        var learned = TrySumWeightGradients(space);
        CountLost(space);
        if (context.IsNormAsked) ScaleWeightGradients(in context, learned > 0);
        if (context.DenseGradients is { } gradients) HandBack(gradients, learned);
        else if (learned > 0) UpdateWeights(learned);
    }

    private void HandBack(DenseGradients gradients, int learned)
    {
        foreach (var parameter in _graph.Parameters) parameter.Gradient.CopyTo(gradients.Of(parameter));
        gradients.Examples = learned;
    }

    private void UpdateWeights(int learned)
    {
        var context = new OptimizerContext(id: 0, _step, learned);
        foreach (var parameter in _graph.Parameters) parameter.Apply(in context);
        _isDiverged = !AreWeightsFinite();
        Volatile.Write(ref _step, _step + 1);
    }

    private bool AreWeightsFinite()
    {
        foreach (var parameter in _graph.Parameters)
        {
            if (!parameter.IsFinite) return false;
        }
        return true;
    }

    /// <returns>From how many rows the dense weights are to learn.</returns>
    private int TrySumWeightGradients(Workspace space)
    {
        var learned = CountLearned(space);
        if (learned == 0) return 0;
        SumWeightGradients(space);
        if (!AbsurdNumbers.AreIn(_graph.Parameters)) return learned;
        if (AbsurdNumbers.LoseLargest(_graph, space))
        {
            learned = CountLearned(space);
            if (learned == 0) return 0;
            SumWeightGradients(space);
        }
        foreach (var parameter in _graph.Parameters)
        {
            if (parameter.HasFiniteGradient) continue;
            Interlocked.Increment(ref _skippedUpdates);
            return 0;
        }
        return learned;
    }

    private void SumWeightGradients(Workspace space)
    {
        _graph.Linear.SumWeightGradient(space);
        if (_graph.Perceptron is { } perceptron) _workspaces.RunBlocks(space, perceptron.BlockCount);
    }

    // The trainer is asked even where the dense weights do not learn: the embeddings may.
    private void ScaleWeightGradients(in TrainContext context, bool learns)
    {
        var squares = 0.0;
        if (learns)
        {
            foreach (var parameter in _graph.Parameters) squares += parameter.SquaredGradientNorm;
        }
        var scale = context.ScaleOf(squares);
        if (!learns || scale == 1) return;
        foreach (var parameter in _graph.Parameters) parameter.ScaleGradient(scale);
    }

    /// <summary>Counts the rows that have a loss.</summary>
    private int CountLearned(Workspace space)
    {
        var labels = space.Examples.Labels(Task);
        var weights = space.Examples.Weights;
        var learned = 0;
        for (var row = 0; row < space.Rows; row++)
        {
            if (!float.IsNaN(space.Logits[row]) && !float.IsNaN(labels[row]) && weights[row] > 0) learned++;
        }
        return learned;
    }

    private void CountLost(Workspace space)
    {
        var lost = 0;
        foreach (var logit in space.Logits.AsSpan(0, space.Rows)) lost += float.IsNaN(logit) ? 1 : 0;
        if (lost > 0) Interlocked.Add(ref _nonFiniteRows, lost);
    }

    private void WriteLogits(Workspace space, Span<float> logits)
    {
        var tasks = Schema.Tasks.Count;
        if (tasks == 1)
        {
            space.Logits.AsSpan(0, space.Rows).CopyTo(logits);
            return;
        }
        logits.Fill(float.NaN);
        for (var row = 0; row < space.Rows; row++) logits[row * tasks + Task.Index] = space.Logits[row];
    }
}
