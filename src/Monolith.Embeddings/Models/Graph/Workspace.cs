using Monolith.Embeddings.Features;
using Monolith.Embeddings.Threads;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// The buffers of one pass over one batch. They grow to the largest batch and are used again. The logits are a
/// copy, since other threads cannot be handed the caller's span.
/// </summary>
internal sealed class Workspace
{
    private readonly int[] _widths;

    public Workspace(ModelGraph graph, int helpers)
    {
        (_widths, Heads) = (graph.LayerWidths, graph.Inputs.Heads.Count);
        Threads = new ForkJoin(helpers);
        Outputs = new float[_widths.Length][];
        OutputGradients = new float[_widths.Length][];
        SharedSums = new float[_widths is [var first, ..] ? first : 0];
        PredictWork = new PredictWork(graph, this);
        LearnWork = new LearnWork(graph, this);
        BackwardWork = new BackwardWork(graph, this);
        WeightWork = new WeightGradientWork(graph, this);
        Resize(graph.Inputs, 0, isTraining: false);
    }

    public ForkJoin Threads { get; }

    public PredictWork PredictWork { get; }

    public LearnWork LearnWork { get; }

    public BackwardWork BackwardWork { get; }

    public WeightGradientWork WeightWork { get; }

    public int Rows { get; private set; }

    /// <summary>How many numbers a row has: <see cref="ModelHeads.Count"/>.</summary>
    public int Heads { get; }

    public FeatureBlocks Blocks { get; set; } = null!;

    public ExampleBatch Examples { get; set; } = null!;

    public FeatureBlocks Gradients { get; set; } = null!;

    /// <summary>The heads, [rows, <see cref="Heads"/>].</summary>
    public float[] Logits { get; private set; } = [];

    /// <summary>The gradient of each head, [rows, <see cref="Heads"/>].</summary>
    public float[] Deltas { get; private set; } = [];

    /// <summary>Whether a task has a loss, [rows].</summary>
    public bool[] HasLoss { get; private set; } = [];

    /// <summary>The sum of each row's vectors, [rows, dimension].</summary>
    public float[] FieldSums { get; private set; } = [];

    /// <summary>The interactions by element, [rows, dimension], where there are several heads.</summary>
    public float[] Interactions { get; private set; } = [];

    /// <summary>Their gradients, [rows, dimension].</summary>
    public float[] InteractionGradients { get; private set; } = [];

    /// <summary>How many of the first elements of the vectors all rows share.</summary>
    public int SharedWidth { get; set; }

    /// <summary>What the first layer makes of them, [its width].</summary>
    public float[] SharedSums { get; }

    /// <summary>What each layer puts out, [rows, width].</summary>
    public float[][] Outputs { get; }

    /// <summary>The gradient of each layer's sums before the activation, [rows, width]; the last is <see cref="Deltas"/>.</summary>
    public float[][] OutputGradients { get; }

    public void Resize(ModelInputs inputs, int rows, bool isTraining)
    {
        Rows = rows;
        var interactions = Heads > 1 ? inputs.Dimension : 0;
        Logits = Grown(Logits, rows, Heads);
        FieldSums = Grown(FieldSums, rows, inputs.Dimension);
        Interactions = Grown(Interactions, rows, interactions);
        for (var i = 0; i < _widths.Length; i++) Outputs[i] = Grown(Outputs[i], rows, _widths[i]);
        if (!isTraining) return;
        Deltas = Grown(Deltas, rows, Heads);
        HasLoss = Grown(HasLoss, rows, 1);
        InteractionGradients = Grown(InteractionGradients, rows, interactions);
        for (var i = 0; i < _widths.Length; i++)
            OutputGradients[i] = i == _widths.Length - 1 ? Deltas : Grown(OutputGradients[i], rows, _widths[i]);
    }

    /// <summary>Whether a row was taken out of what is learned.</summary>
    public bool IsLost(int row) => float.IsNaN(Logits[row * Heads]);

    /// <summary>
    /// Takes a row out of what is learned: its heads become no numbers, by which the sums over the batch leave it out, and their gradients
    /// 0.
    /// </summary>
    public void Lose(int row)
    {
        Logits.AsSpan(row * Heads, Heads).Fill(float.NaN);
        Deltas.AsSpan(row * Heads, Heads).Clear();
    }

    /// <summary>Counts the rows that are learned from: those with a loss that counts.</summary>
    public int CountLearned()
    {
        var weights = Examples.Weights;
        var learned = 0;
        for (var row = 0; row < Rows; row++)
        {
            if (HasLoss[row] && !IsLost(row) && weights[row] > 0) learned++;
        }
        return learned;
    }

    public int CountLost()
    {
        var lost = 0;
        for (var row = 0; row < Rows; row++) lost += IsLost(row) ? 1 : 0;
        return lost;
    }

    /// <summary>Forgets the caller's objects.</summary>
    public void Release() => (Blocks, Examples, Gradients) = (null!, null!, null!);

    private static T[] Grown<T>(T[]? buffer, int rows, int width)
    {
        var needed = checked(rows * width);
        return buffer?.Length >= needed ? buffer : new T[Math.Max(needed, (int)Math.Min(2L * (buffer?.Length ?? 0), Array.MaxLength))];
    }
}
