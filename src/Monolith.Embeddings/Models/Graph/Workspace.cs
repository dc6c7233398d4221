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
        _widths = graph.LayerWidths;
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

    public FeatureBlocks Blocks { get; set; } = null!;

    public ExampleBatch Examples { get; set; } = null!;

    public FeatureBlocks Gradients { get; set; } = null!;

    /// <summary>[rows].</summary>
    public float[] Logits { get; private set; } = [];

    /// <summary>The gradient of each logit, [rows].</summary>
    public float[] Deltas { get; private set; } = [];

    /// <summary>The sum of each row's vectors, [rows, dimension].</summary>
    public float[] FieldSums { get; private set; } = [];

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
        Logits = Grown(Logits, rows, 1);
        FieldSums = Grown(FieldSums, rows, inputs.Dimension);
        for (var i = 0; i < _widths.Length; i++) Outputs[i] = Grown(Outputs[i], rows, _widths[i]);
        if (!isTraining) return;
        Deltas = Grown(Deltas, rows, 1);
        for (var i = 0; i < _widths.Length; i++)
            OutputGradients[i] = i == _widths.Length - 1 ? Deltas : Grown(OutputGradients[i], rows, _widths[i]);
    }

    /// <summary>
    /// Takes a row out of what is learned: its logit becomes no number, by which the sums over the batch leave it out, and its gradient 0.
    /// </summary>
    public void Lose(int row) => (Logits[row], Deltas[row]) = (float.NaN, 0);

    /// <summary>Forgets the caller's objects.</summary>
    public void Release() => (Blocks, Examples, Gradients) = (null!, null!, null!);

    private static float[] Grown(float[]? buffer, int rows, int width)
    {
        var needed = checked(rows * width);
        return buffer?.Length >= needed ? buffer : new float[Math.Max(needed, (int)Math.Min(2L * (buffer?.Length ?? 0), Array.MaxLength))];
    }
}
