import { describe, expect, it } from 'vitest';
import { faultOf, readHost, readPort, readServerUrl, readToken, valueOf } from './registers.rules.ts';

describe('IP кассы', () => {
  it.each([
    ['192.168.0.10', '192.168.0.10'],
    [' 10.0.0.5 ', '10.0.0.5'],
    ['kassa-2.local', 'kassa-2.local'],
    ['localhost', 'localhost'],
  ])('takes %j', (text, value) => {
    expect(valueOf(readHost(text))).toBe(value);
  });
  it.each([
    ['', 'empty'],
    ['192.168.0.300', 'octet'],
    ['192.168.0', 'octet'],
    ['192.168.0.1.1', 'octet'],
    ['192.168..1', 'octet'],
    ['касса', 'host'],
    ['10.0.0.5/24', 'host'],
  ])('refuses %j: %s', (text, why) => {
    expect(faultOf(readHost(text))).toEqual({ field: 'ip', why });
  });
});

describe('port', () => {
  it.each([
    ['5555', 5555],
    ['1', 1],
    ['65535', 65_535],
  ])('takes %j', (text, value) => {
    expect(valueOf(readPort(text))).toBe(value);
  });
  it.each([
    ['', 'empty'],
    ['0', 'range'],
    ['65536', 'range'],
    ['-1', 'range'],
    ['5555a', 'range'],
    ['1e3', 'range'],
  ])('refuses %j: %s', (text, why) => {
    expect(faultOf(readPort(text))).toEqual({ field: 'port', why });
  });
});

describe('URL сервера', () => {
  it.each(['https://hq.example.ru', 'http://127.0.0.1:8000'])('takes %j', (text) => {
    expect(valueOf(readServerUrl(text))).toBe(text);
  });
  it.each([
    ['', 'empty'],
    ['hq.example.ru', 'url'],
    ['ftp://hq.example.ru', 'url'],
    ['https://', 'url'],
  ])('refuses %j: %s', (text, why) => {
    expect(faultOf(readServerUrl(text))).toEqual({ field: 'url', why });
  });
});

it('a token is pasted, so spaces around it are nothing and spaces inside are a mistake', () => {
  expect(valueOf(readToken(' abc ')), 'trimmed').toBe('abc');
  expect(faultOf(readToken('ab c'))).toEqual({ field: 'token', why: 'spaces' });
  expect(faultOf(readToken(' '))).toEqual({ field: 'token', why: 'empty' });
});
