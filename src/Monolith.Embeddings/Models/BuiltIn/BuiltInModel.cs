using System.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models.Graph;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Models;

/// <summary>
/// What the built-in models have in common: they run on the CPU, predict labels of 0 to 1 by the logistic function, and learn by the
/// gradient of their log-losses.
/// </summary>
/// <remarks>
/// <para>
/// Of a schema with several tasks a model learns all, or those of <see cref="OnlineModelOptions.Tasks"/>; the logits of the others are NaN.
/// They share the embeddings and the hidden layers, and each has a head: a global bias, weights of the dense features, weights of the
/// interactions' elements (first all 1) and a last unit of its own. Ids have one bias for all tasks, or one for each (<see
/// cref="RowBuilder.Bias"/>). The loss is the sum of the tasks' losses times <see cref="OnlineModelOptions.TaskWeights"/> times the weight
/// of the example; where a label is missing, the task has no loss.
/// </para>
/// <para>
/// All corrections are learned. For <see cref="FeedbackCorrection.DelayModel"/> a task has one head more, the logarithm of its delay's rate
/// (<see cref="DelayModelLoss"/>), which is one of <see cref="OnlineModel.Outputs"/>, named by <see cref="LogRateName"/>. It begins at 0,
/// a rate of one a <see cref="LabelTask.DelayUnit"/>, with no part in the interactions and none in a bias that the tasks share.
/// </para>
/// <para>
/// In training, a row whose numbers are absurd is lost alone, for all tasks: it has no loss, gradients of 0 and NaN for logits, and is
/// counted in <see cref="NonFiniteRows"/>. That is a row of which a head is not finite (its input holds NaN or infinity, or overflows) or
/// beyond a million, a gradient of which is not finite, or beyond 1e9 for a head (an absurd weight of an example, or an absurd delay), or
/// which makes the gradient of a dense weight greater than 1e18. Should the summed gradient of the dense weights still not be finite, they
/// stay as they were, and the batch is counted in <see cref="SkippedUpdates"/>. A batch in which no row has a loss changes nothing.
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
/// <example>
/// <code>
/// var f = new FeatureSchemaBuilder();
/// f.Table("items", row =&gt; row.Bias(new AdagradOptions(), heads: 2).Vector(8, new AdagradOptions()));
/// f.Slot("item", "items");
/// f.Task("click");
/// f.Task("purchase");
/// var model = new DeepFm(f.Build(), new() { TaskWeights = { ["purchase"] = 5 } });
/// </code>
/// </example>
[DebuggerDisplay("{Name}, {Tasks.Count} tasks, {WeightCount} weights, step {Step}")]
public abstract partial class BuiltInModel : OnlineModel
{
    private readonly ModelGraph _graph;
    private readonly WorkspacePool _workspaces;
    private readonly SegmentLayout[] _unused;
    private readonly IReadOnlyList<DenseParameter> _parameters;
    private readonly BiasStart _start;
    private long _nonFiniteRows, _skippedUpdates, _step;
    private bool _isDiverged;

    private protected BuiltInModel(ModelGraph graph, OnlineModelOptions options)
    {
        _graph = graph;
        _start = new BiasStart(graph.Inputs.Heads, options.InitialBiasExamples);
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
    public sealed override LabelTask? ReportedTask => _graph.Inputs.Heads.ReportedHead.Task;

    /// <inheritdoc />
    public sealed override IReadOnlyList<ModelOutput> Outputs => _graph.Inputs.Heads.Outputs;

    /// <inheritdoc />
    /// <remarks>Always true: it learns by each of them.</remarks>
    public sealed override bool SupportsCorrection(LabelTask task) => true;

    /// <summary>The tasks that the model learns, in the schema's order: at least one.</summary>
    public IReadOnlyList<LabelTask> Tasks => _graph.Inputs.Heads.Learned;

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

    /// <summary>
    /// True for <see cref="FactorizationMachine"/> and <see cref="LogisticRegression"/>; the layers of <see cref="DeepFm"/> see context and
    /// item at once.
    /// </summary>
    public sealed override bool SupportsItemQueries => _graph.Perceptron is null;

    /// <inheritdoc />
    public sealed override bool HasFiniteWeights => !_isDiverged;

    internal ModelGraph Graph => _graph;


    /// <summary>Runs everything on the calling thread (false), shares everything (true), or decides by the amount of work (null).</summary>
    internal bool? ForceParallel
    {
        set => _workspaces.ForceParallel = value;
    }

    /// <summary>
    /// The name of the output that is the natural logarithm of a delay's rate, in actions a <see cref="LabelTask.DelayUnit"/>: the mean
    /// delay is exp(-output) units.
    /// </summary>
    /// <param name="task">A task with <see cref="FeedbackCorrection.DelayModel"/>.</param>
    public static string LogRateName(LabelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return ModelHeads.LogRateName(task);
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
            _graph.Inputs.Heads.Write(space, context.Logits, context.Outputs);
        }
        finally
        {
            _workspaces.Return(space);
        }
    }

    /// <inheritdoc />
    public sealed override void ItemQueries(in ItemQueryContext context)
    {
        context.RequireFor(this);
        var space = _workspaces.Rent();
        try
        {
            Prepare(space, context.Inputs, isTraining: false);
            _workspaces.RunRows(space, space.PredictWork);
            _graph.ItemQueries(space, in context);
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
            _graph.PrepareBackward();
            RunRows(space, in context);
            Learn(space, in context);
            _graph.Inputs.Heads.Write(space, context.Logits, context.Outputs);
        }
        finally
        {
            _workspaces.Return(space);
        }
    }

    internal sealed override NotSupportedException NoItemQueries() => new(
        $"The logit of a model '{Name}' is not the dot product of a query with an item's row: its layers see both at once. Search in two "
        + $"steps: find some hundred candidates by TopK of a {nameof(FactorizationMachine)} over the same slots, or by a table and a query "
        + "of your own, and then Predict these.");

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
        var lost = space.CountLost();
        if (lost > 0) Interlocked.Add(ref _nonFiniteRows, lost);
        if (context.IsNormAsked) ScaleWeightGradients(in context, learned > 0);
        if (context.DenseGradients is { } gradients) HandBack(gradients, learned);
        else if (learned > 0)
        {
            UpdateWeights(learned);
            _start.Follow(space.Examples, _graph.Linear.Biases);
        }
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
        _isDiverged = !_graph.HasFiniteWeights;
        Volatile.Write(ref _step, _step + 1);
    }

    /// <returns>From how many rows the dense weights are to learn.</returns>
    private int TrySumWeightGradients(Workspace space)
    {
        var learned = space.CountLearned();
        if (learned == 0) return 0;
        SumWeightGradients(space);
        if (!AbsurdNumbers.AreIn(_graph.Parameters)) return learned;
        if (AbsurdNumbers.LoseLargest(_graph, space))
        {
            learned = space.CountLearned();
            if (learned == 0) return 0;
            SumWeightGradients(space);
        }
        if (_graph.HasFiniteGradients) return learned;
        Interlocked.Increment(ref _skippedUpdates);
        return 0;
    }

    private void SumWeightGradients(Workspace space)
    {
        _graph.Linear.SumWeightGradient(space);
        _graph.Interaction?.SumWeightGradient(space);
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
}
