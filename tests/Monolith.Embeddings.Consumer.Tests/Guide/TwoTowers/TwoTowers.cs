// docs/guide/two-towers.md shows what stands between the marks, to the letter; TwoTowersPageTests holds that.
// <page>
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Sketches;

/// <summary>score = the item's bias + (W [user, recent]) . the item's vector; learned by a softmax over the items of the batch.</summary>
public sealed class TwoTowers : OnlineModel
{
    private readonly SegmentLayout _biases, _vectors;
    private readonly SegmentColumns _user, _recent, _bias, _item;
    private readonly int _size;
    private readonly float[] _layer, _layerGradient, _layerState;
    private readonly Optimizer _optimizer = new AdagradOptions { LearningRate = 0.05f }.Create();
    private readonly InBatchSoftmax _softmax = new();
    private readonly FrequencySketch _chosen = new(new() { HalveEvery = 50_000 });
    private float[] _users = [], _items = [], _userGradients = [], _itemGradients = [], _losses = [], _logQ = [], _weights = [];
    private long[] _ids = [];
    private int[] _places = [];
    private long _step;

    public TwoTowers(FeatureSchema schema)
    {
        (Schema, _biases, _vectors) = (schema, schema.Layout.Find(RowBuilder.BiasName)!, schema.Layout.Find(RowBuilder.VectorName)!);
        (_user, _recent) = (Columns(_vectors, "user"), Columns(_vectors, "recent"));
        (_item, _bias) = (Columns(_vectors, "item"), Columns(_biases, "item"));
        _size = _item.Dimension;
        (_layer, _layerGradient) = (new float[_size * 2 * _size], new float[_size * 2 * _size]);
        _layerState = new float[_optimizer.StateLength(_layer.Length)];
        // It begins as the sum of both vectors.
        for (var i = 0; i < _size; i++) _layer[i * 2 * _size + i] = _layer[i * 2 * _size + _size + i] = 1;
        _optimizer.InitializeState(_layer, _layerState);
    }

    public override string Name => "two-towers";
    public override FeatureSchema Schema { get; }
    public override bool SupportsItemQueries => true;

    public override void Predict(in PredictContext context)
    {
        context.RequireFor(this);
        Span<float> user = stackalloc float[1 + _size], item = stackalloc float[1 + _size];
        for (var row = 0; row < context.Rows; row++)
        {
            WriteUser(context.Inputs, row, user);
            WriteItem(context.Inputs, row, item);
            context.Logits[row] = Dot(user, item);
        }
    }

    // The table's rows are a bias and a vector: the query is 1 and the user's vector.
    public override void ItemQueries(in ItemQueryContext context)
    {
        context.RequireFor(this);
        if (context.Item.Name != "item") throw new NotSupportedException($"Items are searched for, not '{context.Item.Name}'.");
        context.Constants.Clear();
        for (var row = 0; row < context.Rows; row++) WriteUser(context.Inputs, row, context.Query(row));
    }

    public override void Train(in TrainContext context)
    {
        context.RequireFor(this);
        Predict(context.Prediction);
        context.ForwardDone();
        var (count, width) = (Choose(context.Inputs, context.Examples), 1 + _size);
        // How often each item is chosen, this batch included.
        _chosen.Add(_ids.AsSpan(0, count));
        _chosen.EstimateLogQ(_ids.AsSpan(0, count), _logQ.AsSpan(0, count));
        var chosen = new InBatchExamples
        {
            Users = _users.AsSpan(0, count * width),
            Items = _items.AsSpan(0, count * width),
            Dimension = width,
            ItemIds = _ids.AsSpan(0, count),
            LogQ = _logQ.AsSpan(0, count),
            Weights = _weights.AsSpan(0, count),
        };
        var learned = _softmax.Compute(
            in chosen, _losses.AsSpan(0, count), _userGradients.AsSpan(0, count * width), _itemGradients.AsSpan(0, count * width));
        context.Gradients.Clear();
        _layerGradient.AsSpan().Clear();
        for (var place = 0; place < count; place++) HandBack(in context, place, width);
        if (learned > 0) _optimizer.Apply(_layer, _layerState, _layerGradient, new OptimizerContext(id: 0, _step++, learned));
    }

    // The rows in which one item was chosen; others teach nothing here.
    private int Choose(FeatureBlocks inputs, ExampleBatch examples)
    {
        Reserve(examples.Rows);
        var (count, width) = (0, 1 + _size);
        var offsets = examples.Offsets(_item.Slot);
        for (var row = 0; row < examples.Rows; row++)
        {
            if (offsets[row + 1] - offsets[row] != 1 || !(examples.Labels(Schema.Tasks[0])[row] > 0.5f)) continue;
            (_places[count], _ids[count]) = (row, examples.Ids(_item.Slot)[offsets[row]]);
            _weights[count] = examples.Weights[row];
            WriteUser(inputs, row, _users.AsSpan(count * width, width));
            WriteItem(inputs, row, _items.AsSpan(count++ * width, width));
        }
        return count;
    }

    // The item's gradient is its row's; the user's goes back through the layer.
    private void HandBack(in TrainContext context, int place, int width)
    {
        var row = _places[place];
        var item = _itemGradients.AsSpan(place * width, width);
        Of(context.Gradients, _biases, _bias, row)[0] = item[0];
        item[1..].CopyTo(Of(context.Gradients, _vectors, _item, row));
        HandBack(in context, row, _userGradients.AsSpan(place * width + 1, _size), _user, 0);
        HandBack(in context, row, _userGradients.AsSpan(place * width + 1, _size), _recent, _size);
    }

    private void HandBack(in TrainContext context, int row, ReadOnlySpan<float> user, SegmentColumns columns, int start)
    {
        var input = Of(context.Inputs, _vectors, columns, row);
        var gradient = Of(context.Gradients, _vectors, columns, row);
        for (var i = 0; i < _size; i++)
        {
            for (var j = 0; j < _size; j++)
            {
                gradient[j] += user[i] * _layer[i * 2 * _size + start + j];
                _layerGradient[i * 2 * _size + start + j] += user[i] * input[j];
            }
        }
    }

    private void WriteUser(FeatureBlocks inputs, int row, Span<float> query)
    {
        var user = Of(inputs, _vectors, _user, row);
        var recent = Of(inputs, _vectors, _recent, row);
        query[0] = 1;
        for (var i = 0; i < _size; i++)
        {
            var layer = _layer.AsSpan(i * 2 * _size, 2 * _size);
            query[1 + i] = Dot(layer[.._size], user) + Dot(layer[_size..], recent);
        }
    }

    private void WriteItem(FeatureBlocks inputs, int row, Span<float> item)
    {
        item[0] = Of(inputs, _biases, _bias, row)[0];
        Of(inputs, _vectors, _item, row).CopyTo(item[1..]);
    }

    public override void Save(ModelSections sections)
    {
        sections.AddFloats("layer", SectionRole.Weights, [_size, 2 * _size], _layer);
        sections.AddFloats("layer.state", SectionRole.TrainingState, [_layerState.Length], _layerState);
        sections.AddNumber("step", SectionRole.TrainingState, _step);
        sections.AddBytes("chosen", SectionRole.TrainingState, _chosen.Save());
    }

    public override void Load(ModelSections sections)
    {
        var layer = sections.Floats("layer", [_size, 2 * _size]);
        var state = sections.Floats("layer.state", [_layerState.Length]);
        var step = sections.Number("step");
        var chosen = sections.Bytes("chosen");
        sections.RequireAllRead();
        _chosen.Load(chosen);
        layer.CopyTo(_layer);
        state.CopyTo(_layerState);
        _step = step;
    }

    private static SegmentColumns Columns(SegmentLayout segment, string slot) => segment.Columns.Single(c => c.Slot.Name == slot);

    private static Span<float> Of(FeatureBlocks blocks, SegmentLayout segment, SegmentColumns columns, int row) =>
        blocks.Block(segment).Slice(row * segment.Width + columns.Start, columns.Width);

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0f;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private void Reserve(int rows)
    {
        if (_losses.Length >= rows) return;
        (_places, _ids) = (new int[rows], new long[rows]);
        (_losses, _logQ, _weights) = (new float[rows], new float[rows], new float[rows]);
        (_users, _items, _userGradients, _itemGradients) = (Vectors(), Vectors(), Vectors(), Vectors());

        float[] Vectors() => new float[rows * (1 + _size)];
    }
}
// </page>
