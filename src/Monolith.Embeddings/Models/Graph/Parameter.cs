using Monolith.Embeddings.Kernels.Gradients;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Models.Sections;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>A matrix of dense weights with its gradient and its optimizer's state.</summary>
internal sealed class Parameter : DenseParameter
{
    private readonly Optimizer _optimizer;

    /// <summary>Creates a matrix of zeros; set its weights, then call <see cref="InitializeState"/>.</summary>
    /// <exception cref="ArgumentException">The optimizer has a name that no file can hold.</exception>
    public Parameter(string name, int rows, int columns, Optimizer optimizer)
        : base(name, rows, columns)
    {
        (Rows, Columns, _optimizer) = (rows, columns, optimizer);
        OptimizerName = StoredNames.Require(optimizer.Name,
            $"optimizer {optimizer.GetType().Name} of the dense weights", StoredLimits.ModelNameBytes);
        Weights = new float[rows * columns];
        Gradient = new float[Weights.Length];
        State = new float[optimizer.StateLength(Weights.Length)];
    }

    public int Rows { get; }

    public int Columns { get; }

    public string OptimizerName { get; }

    /// <summary>[<see cref="Rows"/>, <see cref="Columns"/>], row-major.</summary>
    public float[] Weights { get; }

    public float[] State { get; }

    /// <summary>The gradient of the batch that is being learned from, as <see cref="Weights"/>.</summary>
    public float[] Gradient { get; }

    /// <summary>Whether all weights and all numbers of their state are finite.</summary>
    public bool IsFinite =>
        FiniteCheck.AllFinite(Weights) && FiniteCheck.AllFinite(State.AsSpan(0, State.Length - _optimizer.NotNumbers(Weights.Length)));

    public bool HasFiniteGradient => FiniteCheck.AllFinite(Gradient);

    /// <summary>The sum of the squares of <see cref="Gradient"/>.</summary>
    public double SquaredGradientNorm => SquaredNorm.Of(Gradient);

    public void ScaleGradient(double factor) => PreciseScale.Run(Gradient, factor, Gradient);

    public override void Read(Span<float> destination)
    {
        RequireLength(destination.Length, nameof(destination));
        Weights.CopyTo(destination);
    }

    public override void Write(ReadOnlySpan<float> source)
    {
        RequireLength(source.Length, nameof(source));
        if (!FiniteCheck.AllFinite(source))
            throw new ArgumentException($"A weight for '{Name}' is infinite, or none; nothing was changed.", nameof(source));
        source.CopyTo(Weights);
    }

    public void Save(ModelSections sections)
    {
        sections.AddFloats(Name, SectionRole.Weights, [Rows, Columns], Weights);
        sections.AddFloats(BuiltInSections.StateOf(Name), SectionRole.TrainingState, [State.Length], State);
        sections.AddText(BuiltInSections.OptimizerOf(Name), SectionRole.TrainingState, OptimizerName);
    }

    /// <summary>Looks at the sections, and changes nothing.</summary>
    /// <exception cref="InvalidDataException">They are of another parameter.</exception>
    public void Check(ModelSections sections)
    {
        sections.Floats(Name, [Rows, Columns]);
        var optimizer = sections.Text(BuiltInSections.OptimizerOf(Name));
        if (optimizer != OptimizerName)
        {
            throw new InvalidDataException(
                $"The sections are of another model: '{Name}' learned by '{optimizer}', but '{OptimizerName}' is needed.");
        }
        sections.Floats(BuiltInSections.StateOf(Name), [State.Length]);
    }

    /// <summary>Takes sections that were checked.</summary>
    public void Take(ModelSections sections)
    {
        sections.Floats(Name, [Rows, Columns]).CopyTo(Weights);
        sections.Floats(BuiltInSections.StateOf(Name), [State.Length]).CopyTo(State);
    }

    /// <summary>Sets the state in sections of this model to that of the weights in them, as if these had just been assigned.</summary>
    public void BeginState(ModelSections sections)
    {
        var state = new float[State.Length];
        _optimizer.InitializeState(sections.Floats(Name, [Rows, Columns]), state);
        sections.Remove(BuiltInSections.StateOf(Name));
        sections.AddFloats(BuiltInSections.StateOf(Name), SectionRole.TrainingState, [State.Length], state);
    }

    /// <summary>
    /// What the weights belong to, and their state by the same axes where the optimizer tells; else as one thing, which changes with them.
    /// </summary>
    public IEnumerable<ModelSectionLayout> Layouts(ModelSectionAxis rows, ModelSectionAxis columns)
    {
        yield return new() { Section = Name, Axes = [rows, columns] };
        var states = _optimizer.StatesPerWeight;
        var all = string.Join("; ", rows.Ranges.Concat(columns.Ranges));
        yield return new()
        {
            Section = BuiltInSections.StateOf(Name),
            Axes = states < 0
                ? [new(new ModelSectionRange($"[{Rows}, {Columns}] {all}", State.Length))]
                : [new(new ModelSectionRange("state", states)), rows, columns],
            Tail = states < 0 ? 0 : State.Length - states * Weights.Length,
            Meaning = OptimizerName,
        };
    }

    public void InitializeState() => _optimizer.InitializeState(Weights, State);

    public void Apply(in OptimizerContext context) => _optimizer.Apply(Weights, State, Gradient, in context);

    private void RequireLength(int length, string argument)
    {
        if (length != Length)
            throw new ArgumentException($"'{Name}' has {Length} weights; {length} were given.", argument);
    }
}
