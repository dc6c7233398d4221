using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Kernels.Matrices;
using Monolith.Embeddings.Models.Sections;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// The deep part: dense layers with rectified linear units over the vectors side by side and the dense features, which all heads share, and
/// one last unit without activation a head. The two inputs are multiplied where they stand; nothing is concatenated.
/// </summary>
internal sealed class MultilayerPerceptron
{
    /// <summary>Rows of weights whose gradient is one part of the work: whole tiles of the product, and enough to repay packing.</summary>
    private const int BlockRows = 16 * ProductTile.Rows;

    private readonly SegmentLayout _vector;
    private readonly int _denseWidth, _heads;
    private readonly WeightBlock[] _blocks;

    public MultilayerPerceptron(ModelInputs inputs, IReadOnlyList<int> hidden, ulong seed, Optimizer optimizer)
    {
        (_vector, _denseWidth, _heads) = (inputs.Vector!, inputs.Schema.Layout.DenseWidth, inputs.Heads.Count);
        Layers = new DenseLayer[hidden.Count + 1];
        var width = _vector.Width + _denseWidth;
        for (var i = 0; i < Layers.Length; i++)
        {
            var outputs = i < hidden.Count ? hidden[i] : _heads;
            Layers[i] = new DenseLayer(BuiltInSections.Layer(i), width, outputs, i == 0 ? _vector.Width : width, optimizer);
            // He et al. (2015) before rectified units, Glorot and Bengio (2010) before the last sum.
            var limit = MathF.Sqrt(i < hidden.Count ? 6f / width : 6f / (width + _heads));
            Layers[i].Initialize(KeyMixer.Combine(seed, (ulong)i), limit);
            width = outputs;
        }
        _blocks = [.. Layers.SelectMany((layer, index) => Blocks(layer, index))];
    }

    public DenseLayer[] Layers { get; }

    /// <summary>How many parts <see cref="SumWeightGradient"/> has.</summary>
    public int BlockCount => _blocks.Length;

    /// <summary>
    /// Sums what the first layer makes of the inputs that all rows share; once a batch, before <see cref="Forward"/>. The shared ones come
    /// first in each row's sum, so that the bits are those of a batch that shares nothing.
    /// </summary>
    public void PrepareForward(Workspace space)
    {
        if (space.SharedWidth == 0) return;
        var sums = new Matrix(space.SharedSums, 1, Layers[0].Outputs);
        Layers[0].FillBias(sums);
        Layers[0].AddProduct(new ReadOnlyMatrix(space.Blocks.Block(_vector), 1, space.SharedWidth), 0, sums);
    }

    /// <summary>Adds to the heads of some rows.</summary>
    public void Forward(Workspace space, int start, int end)
    {
        for (var i = 0; i < Layers.Length; i++)
        {
            var output = Rows(space.Outputs[i], Layers[i].Outputs, start, end);
            if (i == 0) AddInputs(space, start, end, output);
            else
            {
                Layers[i].FillBias(output);
                Layers[i].AddProduct(ReadRows(space.Outputs[i - 1], Layers[i - 1].Outputs, start, end), 0, output);
            }
            if (i < Layers.Length - 1) DenseRows.Rectify(output.Values);
        }
        var last = space.Outputs[^1];
        for (var i = start * _heads; i < end * _heads; i++) space.Logits[i] += last[i];
    }

    /// <summary>Makes ready for <see cref="Backward"/>; once a batch.</summary>
    public void PrepareBackward()
    {
        foreach (var layer in Layers) layer.Transpose();
    }

    /// <summary>Adds to the gradients of the vectors of some rows, and keeps those of the layers' sums.</summary>
    public void Backward(Workspace space, int start, int end)
    {
        for (var i = Layers.Length - 1; i > 0; i--)
        {
            var width = Layers[i].Inputs;
            var inputGradient = Rows(space.OutputGradients[i - 1], width, start, end);
            Layers[i].Backward(ReadRows(space.OutputGradients[i], Layers[i].Outputs, start, end), inputGradient, accumulate: false);
            DenseRows.RectifyBackward(ReadRows(space.Outputs[i - 1], width, start, end).Values, inputGradient.Values);
        }
        var vectorGradient = Rows(space.Gradients.Block(_vector), _vector.Width, start, end);
        Layers[0].Backward(ReadRows(space.OutputGradients[0], Layers[0].Outputs, start, end), vectorGradient, accumulate: true);
    }

    /// <summary>Sets the gradient of one block of weights, from all rows of the batch.</summary>
    public void SumWeightGradient(Workspace space, int blockIndex)
    {
        var block = _blocks[blockIndex];
        var layer = Layers[block.Layer];
        var result = layer.WeightGradient(block.FirstRow, block.Count);
        result.Values.Clear();
        for (var run = RowRun.First(space); !run.IsEmpty; run = run.Next(space))
        {
            var gradient = ReadRows(space.OutputGradients[block.Layer], layer.Outputs, run.Start, run.Start + run.Count);
            if (block.Source == WeightSource.Bias) DenseRows.AddColumnSums(gradient, result.Values);
            else MatrixProduct.Multiply(Source(space, block, run).Transposed, gradient, result, accumulate: true);
        }
    }

    private void AddInputs(Workspace space, int start, int end, Matrix output)
    {
        var shared = space.SharedWidth;
        if (shared == 0) Layers[0].FillBias(output);
        else DenseRows.FillBias(output, space.SharedSums.AsSpan(0, output.Columns));
        var vectors = space.Blocks.Block(_vector)[(start * _vector.Width + shared)..];
        Layers[0].AddProduct(new ReadOnlyMatrix(vectors, end - start, _vector.Width - shared, _vector.Width), shared, output);
        Layers[0].AddProduct(ReadRows(space.Blocks.Dense, _denseWidth, start, end), _vector.Width, output);
    }

    private ReadOnlyMatrix Source(Workspace space, in WeightBlock block, RowRun run)
    {
        return block.Source switch
        {
            WeightSource.Vectors => Columns(space.Blocks.Block(_vector), _vector.Width, in block, run),
            WeightSource.Dense => Columns(space.Blocks.Dense, _denseWidth, in block, run),
            _ => Columns(space.Outputs[block.Layer - 1], Layers[block.Layer].Inputs, in block, run),
        };
    }

    private static ReadOnlyMatrix Columns(ReadOnlySpan<float> values, int width, in WeightBlock block, RowRun run) =>
        new(values[(run.Start * width + block.FirstColumn)..], run.Count, block.Count, width);

    private IEnumerable<WeightBlock> Blocks(DenseLayer layer, int index)
    {
        var blocks = index > 0
            ? Split(index, WeightSource.LayerBefore, 0, layer.Inputs)
            : Split(0, WeightSource.Vectors, 0, _vector.Width).Concat(Split(0, WeightSource.Dense, _vector.Width, _denseWidth));
        return blocks.Append(new WeightBlock(index, WeightSource.Bias, layer.Inputs, 0, 1));
    }

    private static IEnumerable<WeightBlock> Split(int layer, WeightSource source, int firstRow, int count)
    {
        for (var i = 0; i < count; i += BlockRows)
            yield return new WeightBlock(layer, source, firstRow + i, i, Math.Min(BlockRows, count - i));
    }

    private static Matrix Rows(Span<float> values, int width, int start, int end) =>
        new(values.Slice(start * width, (end - start) * width), end - start, width);

    private static ReadOnlyMatrix ReadRows(ReadOnlySpan<float> values, int width, int start, int end) =>
        new(values.Slice(start * width, (end - start) * width), end - start, width);
}
