using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace PredictionQuality.NewItems;

/// <summary>
/// A factorization machine without the pair of category and item: the biases, and the user's vector times the item's plus the category's.
/// Or without the category at all; its row then gets the gradients of its items, so that it is where they go, and serves births alone.
/// </summary>
internal sealed class ProductModel : OnlineModel
{
    private readonly SegmentLayout _biases, _vectors;
    private readonly bool _isCategoryInSum;

    public ProductModel(FeatureSchema schema, bool isCategoryInSum) => (Schema, _isCategoryInSum, _biases, _vectors) =
        (schema, isCategoryInSum, schema.Layout.Find(RowBuilder.BiasName)!, schema.Layout.Find(RowBuilder.VectorName)!);

    public override string Name => "product";

    public override FeatureSchema Schema { get; }

    public override void Predict(in PredictContext context)
    {
        context.RequireFor(this);
        for (var row = 0; row < context.Rows; row++)
        {
            var user = Of(context.Inputs, _vectors, "user", row);
            var logit = Of(context.Inputs, _biases, "user", row)[0] + Of(context.Inputs, _biases, "item bias", row)[0]
                + Dot(user, Of(context.Inputs, _vectors, "item", row));
            if (_isCategoryInSum)
                logit += Of(context.Inputs, _biases, "category", row)[0] + Dot(user, Of(context.Inputs, _vectors, "category", row));
            context.Logits[row] = logit;
        }
    }

    public override void Train(in TrainContext context)
    {
        context.RequireFor(this);
        Predict(context.Prediction);
        context.ForwardDone();
        var labels = context.Examples.Labels(Schema.Tasks[0]);
        for (var row = 0; row < context.Examples.Rows; row++)
        {
            var slope = 1 / (1 + MathF.Exp(-context.Prediction.Logits[row])) - labels[row];
            foreach (var slot in (string[])["user", "item bias", "category"]) Of(context.Gradients, _biases, slot, row)[0] = slope;
            var user = Of(context.Inputs, _vectors, "user", row);
            var item = Of(context.Inputs, _vectors, "item", row);
            var category = Of(context.Inputs, _vectors, "category", row);
            for (var i = 0; i < user.Length; i++)
            {
                Of(context.Gradients, _vectors, "user", row)[i] = slope * (item[i] + (_isCategoryInSum ? category[i] : 0));
                Of(context.Gradients, _vectors, "item", row)[i] = slope * user[i];
                Of(context.Gradients, _vectors, "category", row)[i] = slope * user[i];
            }
        }
    }

    public override void Save(ModelSections sections)
    {
        // It has no weights of its own.
    }

    public override void Load(ModelSections sections) => sections.RequireAllRead();

    private static Span<float> Of(FeatureBlocks blocks, SegmentLayout segment, string slot, int row)
    {
        foreach (var columns in segment.Columns)
        {
            if (columns.Slot.Name == slot) return blocks.Block(segment).Slice(row * segment.Width + columns.Start, columns.Width);
        }
        throw new ArgumentException($"There is no slot '{slot}'.", nameof(slot));
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0f;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
