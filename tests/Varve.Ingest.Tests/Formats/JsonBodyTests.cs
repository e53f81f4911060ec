using Varve.Ingest.Formats;

namespace Varve.Ingest.Tests.Formats;

public sealed class JsonBodyTests
{
    static readonly int[] Chunks = [1, 2, 3, 7, int.MaxValue];

    public static TheoryData<string, string[]> Bodies() => new()
    {
        { """[{"a":1},{"a":2}]""", ["""{"a":1}""", """{"a":2}"""] },
        { " \n[ {\"a\":1} ,\n {\"a\":[{\"b\":\"]}\"}]}\n]\n", ["""{"a":1}""", """{"a":[{"b":"]}"}]}"""] },
        { "[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": \"x\\\"}\"\n  }\n]", ["{     \"a\": 1   }", "{     \"a\": \"x\\\"}\"   }"] },
        { "\uFEFF[{\"a\":1},]", ["""{"a":1}"""] },
        { "[]", [] },
        { "[[{\"a\":1}],7,\"x\",{\"a\":2}]", ["""[{"a":1}]""", "!not a JSON object|7", "!not a JSON object|\"x\"", """{"a":2}"""] },
        { "[{\"a\":1}]\n[{\"a\":2}]", ["""{"a":1}""", """{"a":2}"""] },
        { "{\n\"a\":1}\n{\n\"a\":2}", ["{ \"a\":1}", "{ \"a\":2}"] },
        { """{"events":[{"info":{"a":1}},{"info":{"a":2}}]}""", ["""{"a":1}""", """{"a":2}"""] },
        { "{ \"events\" :\n[ {\"info\": {\"a\":1}, \"x\":2} ] }", ["""{"info": {"a":1}, "x":2}"""] },
        { """{"events":[{"info":{"a":1}},{"info":{"a":,}}]}""", ["""{"a":1}""", """{"info":{"a":,}}"""] },
        { """{"events":[{"info":{"a":1}}]}{"a":3}""", ["""{"a":1}""", """{"a":3}"""] },
        { """{"events":[{"info":{}},{},{"a":2}]}""", ["{}", "{}", """{"a":2}"""] },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Each_element_becomes_a_line(string body, string[] expected)
    {
        foreach (var chunk in Chunks)
        {
            Assert.Equal(expected, await FormatLines.OfAsync(body, BodyFormat.Json, chunk: chunk));
            Assert.Equal(expected, await FormatLines.OfAsync(body, BodyFormat.Auto, chunk: chunk));
        }
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"a\":2}\n")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"events\":[1]}\n{\"events\":[{\"other\":1}]}\n")]
    [InlineData("\n\n{\"a\":\n")]
    [InlineData("nonsense [")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("\u001Ereason\u001F1\u001Ftext\n")]
    public async Task Lines_are_left_as_they_are(string body)
    {
        foreach (var chunk in Chunks)
            Assert.Equal(body.Split('\n').SkipLast(body.EndsWith('\n') || body.Length == 0 ? 1 : 0), await FormatLines.OfAsync(body, BodyFormat.Auto, chunk: chunk));
    }

    public static TheoryData<string, string[]> BrokenBodies() => new()
    {
        // What is wrong inside balanced brackets is left to the parser of lines.
        { """[{"a":1,,},{"a":2}]""", ["""{"a":1,,}""", """{"a":2}"""] },
        { """[{"a":[1,2},{"a":2}]""", ["""{"a":[1,2}""", """{"a":2}"""] },
        {
            """[{"a":"x},{"a":2},{"a":3}]""",
            ["""!not JSON: a text is not closed, or not followed by ',' or ':'|{"a":"x},""", """{"a":2}""", """{"a":3}"""]
        },
        {
            "[\n {\"a\":\"x},\n {\"a\":2}\n]",
            ["!not JSON: a text is not closed at the end of its line|{\"a\":\"x},\n ", """{"a":2}"""]
        },
        {
            // The object inside stands further in than the element, so it is not taken for one.
            "[\n {\n  \"a\": \"x,\n  \"s\": [\n   {\"b\": 1},\n   {\"b\": 2}\n  ]\n },\n {\n  \"a\": 2\n }\n]",
            ["!not JSON: a text is not closed at the end of its line|{\n  \"a\": \"x,\n  \"s\": [\n   {\"b\": 1},\n   {\"b\": 2}\n  ]\n },\n ", "{   \"a\": 2  }"]
        },
        {
            """[{"a":{"x":1,"b":2},{"a":3}]""",
            ["""!not JSON: a bracket stands where a name has to|{"a":{"x":1,"b":2},""", """{"a":3}"""]
        },
        {
            """[{"a":1},{"a":2}""",
            ["""{"a":1}""", """{"a":2}""", "!the JSON array is not closed: the body may have been cut off after this element|"]
        },
        {
            """[{"a":1},{"a":"cut""",
            ["""{"a":1}""", """!not JSON: the body ends in the middle of this element; what follows it cannot be told apart|{"a":"cut"""]
        },
        { """[{"a":1}},{"a":2}]""", ["""{"a":1}""", "!not a JSON object|}", """{"a":2}"""] },
        { """[{"a":1] """, ["""!not JSON: the array around it ends before it does; what follows it cannot be told apart|{"a":1] """] },
        { """[{"a":1},nonsense,{"a":2}]""", ["""{"a":1}""", "!not a JSON object|nonsense", """{"a":2}"""] },
    };

    [Theory]
    [MemberData(nameof(BrokenBodies))]
    public async Task A_broken_element_does_not_take_the_others_with_it(string body, string[] expected)
    {
        foreach (var chunk in Chunks)
            Assert.Equal(expected, await FormatLines.OfAsync(body, BodyFormat.Json, chunk: chunk));
    }

    [Fact]
    public async Task An_element_of_the_longest_length_goes_in_and_a_longer_one_is_refused()
    {
        var limits = new IngestLimits { LineBytesMax = 4096 };
        var longest = $$"""{"a":"{{new string('x', limits.LineBytesMax - 8)}}"}""";
        var longer = longest.Replace("a", "aa", StringComparison.Ordinal);
        var endless = $$"""{"a":[{{string.Join(',', Enumerable.Repeat("{\"b\":\"]}\"}", 20_000))}}]}""";

        var lines = await FormatLines.OfAsync($"[{longest},{longer},{endless},{longest}]", BodyFormat.Json, limits: limits);

        Assert.Equal([longest, longest], [lines[0], lines[3]]);
        Assert.StartsWith("!longer than 4096 bytes|{\"aa\":\"xxx", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("!longer than 4096 bytes|{\"a\":[{\"b", lines[2], StringComparison.Ordinal);
        Assert.Equal(4, lines.Count);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(513)]
    public async Task Nesting_is_followed_to_its_limit(int depth)
    {
        var deep = $"{new string('[', depth)}{new string(']', depth)}";

        var lines = await FormatLines.OfAsync($$"""[{{deep}},{"a":1},{"a":2}]""", BodyFormat.Json);

        if (depth == 512)
            Assert.Equal([deep, """{"a":1}""", """{"a":2}"""], lines);
        else
            Assert.Equal("""{"a":2}""", lines[^1]);
        Assert.Equal(depth == 512, lines[0] == deep);
    }
}
