namespace Monolith.Embeddings.Features.Rows;

/// <summary>
/// Reads rows as <see cref="ExampleRowFormat"/> says, which may be of another schema than the batches. Immutable; thread-safe.
/// </summary>
/// <param name="slots">For each slot of the rows, where its ids go.</param>
/// <param name="tasks">For each task of the rows, where its labels go; null: nowhere.</param>
/// <param name="denseWidth">How many dense features the rows have.</param>
/// <param name="keptDense">How many of them the batches have.</param>
/// <param name="numbers">For each raw column of the rows, its place in the batches; -1: nowhere.</param>
internal sealed class ExampleRowReader(SlotFit[] slots, LabelTask?[] tasks, int denseWidth, int keptDense, int[] numbers)
{
    private readonly int _codeBytes = RowCode.BytesOf(tasks.Length + slots.Length);

    /// <summary>For rows of the batches' own schema.</summary>
    public static ExampleRowReader Of(FeatureSchema schema) =>
        new([.. schema.WrittenSlots.Select(SlotFit.Of)], [.. schema.Tasks], schema.DenseWidth, schema.DenseWidth,
            [.. Enumerable.Range(0, schema.Numbers.Count)]);

    /// <inheritdoc cref="ExampleRowFormat.Append" />
    public void Append(ReadOnlySpan<byte> row, ExampleBatch batch)
    {
        Begin(row, batch);
        batch.EndRow();
    }

    /// <inheritdoc cref="ExampleRowFormat.Begin" />
    public ExampleWriter Begin(ReadOnlySpan<byte> row, ExampleBatch batch)
    {
        var writer = batch.BeginExample();
        try
        {
            ReadInto(row, batch);
            return writer;
        }
        catch
        {
            batch.AbandonRow();
            throw;
        }
    }

    /// <summary>Writes what a row's bytes say to the row that was begun in a batch.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or of another schema; the row is to be abandoned.</exception>
    public void ReadInto(ReadOnlySpan<byte> row, ExampleBatch batch)
    {
        try
        {
            Read(row, batch);
        }
        catch (ArgumentOutOfRangeException cause)
        {
            // An id that the slot's table does not take.
            throw new InvalidDataException($"The bytes of an example are damaged, or of another schema: {cause.Message}", cause);
        }
    }

    /// <summary>Reads what stands before the features: event time, request, how it was served.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public ExampleRowFacts ReadHead(ReadOnlySpan<byte> row)
    {
        var fields = new RowBytesReader(row);
        return ReadHead(ref fields, out _, out _);
    }

    /// <summary>The first id in a slot of the rows; null where there is none.</summary>
    /// <exception cref="ArgumentException">The rows have no such slot.</exception>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public long? FirstIdOf(ReadOnlySpan<byte> row, FeatureSlot slot)
    {
        var index = Array.FindIndex(slots, fit => fit.Slot?.Matches(slot) == true);
        if (index < 0) throw new ArgumentException($"The rows have no slot '{slot.Name}' like this one.", nameof(slot));
        var fields = new RowBytesReader(row);
        ReadHead(ref fields, out var parts, out var codes);
        if (parts.Has(ExampleRowParts.Dense)) fields.Bytes(denseWidth * sizeof(float), "the dense features");
        if (parts.Has(ExampleRowParts.Numbers)) fields.Bytes(numbers.Length * sizeof(float), "the raw columns");
        if (parts.Has(ExampleRowParts.Weight)) fields.Single("the weight");
        if (parts.Has(ExampleRowParts.KeepRate)) fields.Single("the keep rate");
        for (var i = 0; i < tasks.Length; i++)
        {
            if (parts.Has(ExampleRowParts.LogitOffsets)) fields.Single("a logit offset");
            if (parts.Has(ExampleRowParts.Delays)) fields.Single("a delay");
            if (parts.Has(ExampleRowParts.ServedPredictions)) fields.Single("a served prediction");
            if (RowCode.Get(codes, i) == RowCode.AnyLabel) fields.Single("a label");
        }
        for (var i = 0; i < index; i++) SlotReading.Read(null, slots[i], parts, RowCode.Get(codes, tasks.Length + i), ref fields);
        var code = RowCode.Get(codes, tasks.Length + index);
        var count = code >= RowCode.Ids ? fields.Count(sizeof(long), slot.Name) : code;
        return count > 0 ? fields.Int64(slot.Name) : null;
    }

    private ExampleRowFacts ReadHead(ref RowBytesReader fields, out ExampleRowParts parts, out ReadOnlySpan<byte> codes)
    {
        var form = fields.Byte("the form");
        if (form is < ExampleRowFormat.Form or > ExampleRowFormat.FormWithMoreParts)
        {
            throw fields.Damage(
                $"its form is {form}, and this program knows {ExampleRowFormat.Form} to {ExampleRowFormat.FormWithMoreParts}");
        }
        parts = (ExampleRowParts)fields.Byte("the parts");
        if (form == ExampleRowFormat.FormWithStepValues) parts |= ExampleRowParts.StepValues;
        var time = fields.Int64("the event time");
        if (form == ExampleRowFormat.FormWithMoreParts)
            parts |= (ExampleRowParts)(fields.Byte("more parts") << ExampleRowFormat.MorePartsShift);
        if ((parts & ~ExampleRowParts.All) != 0) throw fields.Damage($"its parts are {(int)parts}, and this program knows no such");
        codes = fields.Bytes(_codeBytes, "what each task and slot has");
        var request = parts.Has(ExampleRowParts.RequestId) ? fields.Int64("the request id") : 0;
        return new(time, request, parts.Has(ExampleRowParts.Served) ? ReadServed(ref fields) : default);
    }

    private void Read(ReadOnlySpan<byte> row, ExampleBatch batch)
    {
        var fields = new RowBytesReader(row);
        var facts = ReadHead(ref fields, out var parts, out var codes);
        batch.WriteTime(facts.EventTime, facts.RequestId);
        if (parts.Has(ExampleRowParts.Served)) batch.WriteServed(facts.Served);
        if (parts.Has(ExampleRowParts.Late)) batch.WriteLate();
        if (parts.Has(ExampleRowParts.Dense)) ReadDense(batch, ref fields);
        if (parts.Has(ExampleRowParts.Numbers)) ReadNumbers(batch, ref fields);
        if (parts.Has(ExampleRowParts.Weight)) batch.WriteWeight(fields.NotNegative("the weight"));
        if (parts.Has(ExampleRowParts.KeepRate)) batch.WriteKeepRate(ReadKeepRate(ref fields));
        for (var i = 0; i < tasks.Length; i++) ReadTask(batch, tasks[i], parts, RowCode.Get(codes, i), ref fields);
        for (var i = 0; i < slots.Length; i++)
            SlotReading.Read(batch, slots[i], parts, RowCode.Get(codes, tasks.Length + i), ref fields);
        fields.End();
    }

    private static ServedAs ReadServed(ref RowBytesReader fields)
    {
        var served = new ServedAs
        {
            Position = fields.Int32("the position"),
            Probability = fields.Single("the probability"),
            Arm = fields.Int32("the arm"),
            ModelVersion = fields.Int64("the model's version"),
        };
        return served.Problem is { } problem ? throw fields.Damage(problem) : served;
    }

    private static float ReadKeepRate(ref RowBytesReader fields)
    {
        var rate = fields.Single("the keep rate");
        return rate is > 0 and <= 1 ? rate : throw fields.Damage($"the keep rate is {rate}");
    }

    private static void ReadTask(ExampleBatch batch, LabelTask? task, ExampleRowParts parts, int code, ref RowBytesReader fields)
    {
        var offset = parts.Has(ExampleRowParts.LogitOffsets) ? fields.Finite("a logit offset") : 0;
        var delay = parts.Has(ExampleRowParts.Delays) ? fields.NotNegative("a delay") : 0;
        var prediction = parts.Has(ExampleRowParts.ServedPredictions) ? ReadPrediction(ref fields) : float.NaN;
        var label = ReadLabel(code, ref fields);
        if (task is null) return;
        batch.WriteLabel(task, label);
        batch.WriteLogitOffset(task, offset);
        if (parts.Has(ExampleRowParts.Delays)) batch.WriteDelay(task, delay);
        if (parts.Has(ExampleRowParts.ServedPredictions)) batch.WriteServedPrediction(task, prediction);
    }

    private static float ReadPrediction(ref RowBytesReader fields)
    {
        var prediction = fields.Single("a served prediction");
        return prediction is < 0 or > 1 ? throw fields.Damage($"a served prediction is {prediction}") : prediction;
    }

    private static float ReadLabel(int code, ref RowBytesReader fields)
    {
        if (code != RowCode.AnyLabel) return code == RowCode.NoLabel ? float.NaN : code - RowCode.Negative;
        var label = fields.Single("a label");
        return label is < 0 or > 1 ? throw fields.Damage($"a label is {label}") : label;
    }

    private void ReadNumbers(ExampleBatch batch, ref RowBytesReader fields)
    {
        foreach (var place in numbers)
        {
            var value = fields.Single("a raw column");
            if (place >= 0) batch.WriteNumber(place, value, shared: false);
        }
    }

    private void ReadDense(ExampleBatch batch, ref RowBytesReader fields)
    {
        for (var i = 0; i < denseWidth; i++)
        {
            var value = fields.Finite("a dense feature");
            if (i < keptDense) batch.WriteDense(i, value, shared: false);
        }
    }
}
